import { rpc } from '../define.ts'
import { Nothing } from '../paging.ts'

/** Ends the caller's session: its sockets close with 4403 and its tokens are refused within 1 s. */
export const logOut = rpc('auth.log_out', {
  summary: 'End this session',
  access: 'user',
  input: Nothing,
  output: Nothing,
  errors: [],
  http: { method: 'POST', path: '/api/auth/logout', status: 204 },
})

import { rpc } from '../define.ts'
import { Nothing, page } from '../paging.ts'
import { Session } from './types.ts'

export const listSessions = rpc('auth.list_sessions', {
  summary: 'Own sessions, last used first',
  access: 'user',
  input: Nothing,
  output: page(Session),
  errors: [],
  http: { method: 'GET', path: '/api/auth/sessions' },
})

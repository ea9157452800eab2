import { rpc } from '../define.ts'
import { Nothing } from '../paging.ts'
import { User } from './types.ts'

export const getMe = rpc('auth.get_me', {
  summary: 'The own account',
  access: 'user',
  input: Nothing,
  output: User,
  errors: [],
  batch: () => true,
  http: { method: 'GET', path: '/api/users/me' },
})

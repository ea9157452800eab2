import { rpc } from '../define.ts'
import { Nothing } from '../paging.ts'
import { Privacy } from './types.ts'

/** All are on until the person switches them off. */
export const getPrivacy = rpc('messaging.get_privacy', {
  summary: 'What you share of yourself',
  access: 'user',
  input: Nothing,
  output: Privacy,
  errors: [],
  http: { method: 'GET', path: '/api/users/me/privacy' },
})

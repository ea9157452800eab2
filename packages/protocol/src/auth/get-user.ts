import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id } from '../ids.ts'
import { Card } from './types.ts'

export const getUser = rpc('auth.get_user', {
  summary: 'The public card of a person',
  access: 'user',
  input: z.object({ user_id: Id }),
  output: Card,
  errors: ['user_not_found'],
  http: { method: 'GET', path: '/api/users/{user_id}' },
})

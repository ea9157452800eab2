import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id } from '../ids.ts'
import { Card, Role } from './types.ts'

/**
 * A higher role holds from the next access token on; a lower one ends every session of the person, so that it holds at
 * once. There is always an admin.
 */
export const setRole = rpc('auth.set_role', {
  summary: 'Give a person another role; a lower one ends their sessions',
  access: 'admin',
  input: z.object({ user_id: Id, role: Role }),
  output: Card.extend({ role: Role }),
  errors: ['user_not_found', 'last_admin'],
  http: { method: 'PUT', path: '/api/users/{user_id}/role' },
})

import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id } from '../ids.ts'
import { Nothing } from '../paging.ts'

/** Takes one's own block back, not the other's, and does not bring a match back. Repeating it changes nothing. */
export const unblock = rpc('matching.unblock', {
  summary: 'Take a block back',
  access: 'user',
  input: z.object({ user_id: Id }),
  output: Nothing,
  errors: ['user_not_found'],
  http: { method: 'DELETE', path: '/api/users/{user_id}/block', status: 204 },
})

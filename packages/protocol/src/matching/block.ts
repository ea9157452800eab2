import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id } from '../ids.ts'
import { Nothing } from '../paging.ts'

/** From then on neither meets the other anywhere, and their match ends. Repeating it changes nothing. */
export const block = rpc('matching.block', {
  summary: 'Block a person',
  access: 'user',
  input: z.object({ user_id: Id }),
  output: Nothing,
  errors: ['user_not_found'],
  http: { method: 'POST', path: '/api/users/{user_id}/block', status: 204 },
})

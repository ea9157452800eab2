import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id } from '../ids.ts'
import { Nothing } from '../paging.ts'

/** Takes back the last like or pass, unless it has become a match. */
export const undo = rpc('matching.undo', {
  summary: 'Take back the last like or pass',
  access: 'user',
  input: Nothing,
  output: z.object({ user_id: Id, undone: z.enum(['like', 'pass']) }),
  errors: ['nothing_to_undo'],
  http: { method: 'POST', path: '/api/matching/undo' },
})

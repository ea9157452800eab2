import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id } from '../ids.ts'
import { Nothing } from '../paging.ts'

/** Ends a match and closes its conversation for both. */
export const unmatch = rpc('matching.unmatch', {
  summary: 'End a match',
  access: 'user',
  input: z.object({ match_id: Id }),
  output: Nothing,
  errors: ['match_not_found'],
  http: { method: 'DELETE', path: '/api/matching/matches/{match_id}', status: 204 },
})

import * as z from 'zod'
import { event } from '../define.ts'
import { Id } from '../ids.ts'

export const matchEnded = event('matching.match_ended', {
  summary: 'A match was ended by one of the two',
  payload: z.object({ match_id: Id, user_ids: z.tuple([Id, Id]), generation: z.int().min(1) }),
})

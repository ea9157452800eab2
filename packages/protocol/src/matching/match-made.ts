import * as z from 'zod'
import { event } from '../define.ts'
import { Id, Timestamp } from '../ids.ts'

/** `user_ids` in ascending order. `generation` counts the pair's matches: a later one reopens the conversation. */
export const matchMade = event('matching.match_made', {
  summary: 'Two people like each other',
  payload: z.object({
    match_id: Id,
    user_ids: z.tuple([Id, Id]),
    generation: z.int().min(1),
    created_at: Timestamp,
  }),
})

import * as z from 'zod'
import { event } from '../define.ts'
import { Id } from '../ids.ts'

/** Comes before the `matching.match_ended` of a match that the block ends. */
export const userBlocked = event('matching.user_blocked', {
  summary: 'A person blocks another',
  payload: z.object({ blocker_id: Id, blocked_id: Id }),
})

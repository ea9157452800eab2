import * as z from 'zod'
import { event } from '../define.ts'
import { Id } from '../ids.ts'

/** The other's block, if there is one, stands. */
export const userUnblocked = event('matching.user_unblocked', {
  summary: 'A person blocks another no longer',
  payload: z.object({ blocker_id: Id, blocked_id: Id }),
})

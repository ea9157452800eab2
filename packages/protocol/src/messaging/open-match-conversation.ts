import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id, Timestamp } from '../ids.ts'

/**
 * Opens or reopens the pair's direct conversation for a match, and tells both. One that was there before gets a system
 * message `matched` that names both; one that the match opens gets none. Repeating it changes and tells nothing.
 */
export const openMatchConversation = rpc('messaging.open_match_conversation', {
  summary: "Open a match's conversation",
  access: 'service',
  input: z.object({
    match_id: Id,
    user_ids: z.tuple([Id, Id]),
    generation: z.int().min(1),
    created_at: Timestamp,
  }),
  output: z.object({ conversation_id: Id }),
  errors: ['user_not_found'],
})

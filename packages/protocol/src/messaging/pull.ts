import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id, optional, Seq } from '../ids.ts'
import { limits } from '../limits.ts'

/**
 * Frames of a conversation's messages whose last change is above `after_rev`, in order of `rev`. The answer is complete up to its `rev`:
 * with `has_more`, the `after_rev` to go on from.
 */
export const pull = rpc('messaging.pull', {
  summary: 'Repair one conversation from a rev',
  access: 'user',
  input: z.object({
    conversation_id: Id,
    after_rev: Seq,
    limit: optional(z.int().min(1).max(limits.page.max)),
  }),
  output: z.object({ conversation_id: Id, rev: Seq, has_more: z.boolean() }),
  errors: ['conversation_not_found'],
  frames: true,
})

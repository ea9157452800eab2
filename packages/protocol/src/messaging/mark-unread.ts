import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id, optional, shardOf } from '../ids.ts'
import { UnreadOutput } from './types.ts'

/**
 * Sets the caller's private mark: others' messages from `seq` on count as unread again. Without `seq` the newest message
 * of others does, unless something is unread already. `read_seq` stays, so that nobody else learns of it; reading or
 * sending takes the mark away.
 */
export const markUnread = rpc('messaging.mark_unread', {
  summary: 'Mark a conversation as unread',
  access: 'user',
  input: z.object({ conversation_id: Id, seq: optional(z.int().min(1)) }),
  output: UnreadOutput,
  errors: ['conversation_not_found', 'message_not_found'],
  http: { method: 'POST', path: '/api/conversations/{conversation_id}/unread' },
  shard: (input) => shardOf(input.conversation_id),
})

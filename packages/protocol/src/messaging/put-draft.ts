import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id, shardOf } from '../ids.ts'
import { Content, Conversation } from './types.ts'

/**
 * Keeps what the caller has begun to write, for the caller's devices alone; an empty `content` clears it. So does a
 * message of theirs in the conversation; an answer in a thread and a forwarded message do not.
 */
export const putDraft = rpc('messaging.put_draft', {
  summary: 'Keep a draft of the next message',
  access: 'user',
  input: z.object({ conversation_id: Id, content: Content }),
  output: Conversation,
  errors: ['conversation_not_found'],
  http: { method: 'PUT', path: '/api/conversations/{conversation_id}/draft' },
  shard: (input) => shardOf(input.conversation_id),
})

import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id, Seq, shardOf, Timestamp } from '../ids.ts'
import { Content, isBlank, Message } from './types.ts'

/**
 * Changes the text of an own message. What it said before stays visible to members by `messaging.list_edits`. Across a
 * block it is `forbidden`, as a send is; deleting is not. So is changing another's words that were passed on.
 */
export const editMessage = rpc('messaging.edit_message', {
  summary: 'Edit an own message',
  access: 'user',
  input: z.object({
    message_id: Id,
    content: Content.min(1).refine((content) => !isBlank(content), 'must not be blank'),
  }),
  output: z.object({
    message_id: Id,
    conversation_id: Id,
    rev: Seq,
    edited_at: z.nullable(Timestamp),
    message: Message,
  }),
  errors: ['message_not_found', 'message_deleted', 'conversation_closed', 'forbidden'],
  http: { method: 'PATCH', path: '/api/messages/{message_id}', body: 'message' },
  socket: { type: 'message_edit', ack: ['message_id', 'conversation_id', 'rev', 'edited_at'] },
  shard: (input) => shardOf(input.message_id),
})

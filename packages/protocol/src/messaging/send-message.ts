import * as z from 'zod'
import { rpc } from '../define.ts'
import { ClientId, Id, optional, pairShard, Seq, shardOf, Timestamp } from '../ids.ts'
import { AttachmentInput, Content, isBlank, Message } from './types.ts'
import { limits } from '../limits.ts'

/**
 * Adds a message to a conversation, or to the direct conversation with `receiver_id`, which it opens.
 * Answers once the message is committed. A repeated `client_id` gives the first message, unchanged.
 */
export const sendMessage = rpc('messaging.send_message', {
  summary: 'Send a message',
  access: 'user',
  requests: 'counted_by_service',
  input: z
    .object({
      conversation_id: optional(Id),
      receiver_id: optional(Id),
      content: optional(Content),
      client_id: optional(ClientId),
      /** Answers in the thread of this message. */
      parent_message_id: optional(Id),
      quoted_message_id: optional(Id),
      attachments: optional(z.array(AttachmentInput).max(limits.attachments)),
    })
    .refine((m) => m.conversation_id !== undefined || m.receiver_id !== undefined, {
      path: ['conversation_id'],
      message: 'conversation_id or receiver_id is required',
    })
    .refine((m) => !isBlank(m.content) || (m.attachments ?? []).length > 0, {
      path: ['content'],
      message: 'is required where there is no attachment',
      // Said beside the faults of other fields, not only after they are mended.
      when: ({ value }) => typeof value === 'object' && value !== null,
    }),
  output: z.object({
    client_id: z.nullable(ClientId),
    message_id: Id,
    conversation_id: Id,
    seq: Seq,
    rev: Seq,
    created_at: Timestamp,
    duplicate: z.boolean(),
    message: Message,
  }),
  errors: [
    'conversation_not_found',
    'conversation_closed',
    'message_not_found',
    'user_not_found',
    'forbidden',
  ],
  http: {
    method: 'POST',
    path: '/api/conversations/{conversation_id}/messages',
    status: 201,
    body: 'message',
    repeated: 'duplicate',
  },
  socket: {
    type: 'chat_message',
    requires: ['client_id'],
    ack: ['client_id', 'message_id', 'conversation_id', 'seq', 'rev', 'created_at', 'duplicate'],
  },
  shard: (input, caller) =>
    input.conversation_id === undefined
      ? pairShard(caller, input.receiver_id ?? 0)
      : shardOf(input.conversation_id),
})

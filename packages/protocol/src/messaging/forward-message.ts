import * as z from 'zod'
import { rpc } from '../define.ts'
import { ClientId, Id, optional, pairShard, shardOf } from '../ids.ts'
import { sendMessage } from './send-message.ts'

/**
 * Sends the text and the attachments of a message that the caller can read to another conversation, or to the direct
 * conversation with `receiver_id`, by the rules of a send. `forwarded_from` names who wrote it first. System messages
 * cannot be forwarded.
 */
export const forwardMessage = rpc('messaging.forward_message', {
  summary: 'Pass a message on',
  access: 'user',
  requests: 'counted_by_service',
  input: z
    .object({
      message_id: Id,
      conversation_id: optional(Id),
      receiver_id: optional(Id),
      client_id: optional(ClientId),
    })
    .refine((m) => m.conversation_id !== undefined || m.receiver_id !== undefined, {
      path: ['conversation_id'],
      message: 'conversation_id or receiver_id is required',
    }),
  output: sendMessage.output,
  errors: [
    ...(['conversation_not_found', 'conversation_closed', 'message_not_found', 'message_deleted'] as const),
    ...(['user_not_found', 'forbidden'] as const),
  ],
  http: {
    method: 'POST',
    path: '/api/messages/{message_id}/forward',
    status: 201,
    body: 'message',
    repeated: 'duplicate',
  },
  shard: ({ conversation_id, receiver_id = 0 }, caller) =>
    conversation_id === undefined ? pairShard(caller, receiver_id) : shardOf(conversation_id),
})

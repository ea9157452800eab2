import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id, optional, Seq, shardOf } from '../ids.ts'

/**
 * For everyone: by its sender, or by the owner or an admin of the group; the message keeps its place, empty.
 * `for: "me"` hides it from the caller alone, on all their devices. Deleting again changes nothing.
 */
export const deleteMessage = rpc('messaging.delete_message', {
  summary: 'Delete a message',
  access: 'user',
  input: z.object({ message_id: Id, for: optional(z.enum(['everyone', 'me'])) }),
  output: z.object({ message_id: Id, conversation_id: Id, rev: Seq }),
  errors: ['message_not_found', 'forbidden'],
  http: { method: 'DELETE', path: '/api/messages/{message_id}', status: 204 },
  socket: { type: 'message_delete', ack: ['message_id', 'conversation_id', 'rev'] },
  shard: (input) => shardOf(input.message_id),
})

import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id, shardOf } from '../ids.ts'
import { Conversation } from './types.ts'

/**
 * Pins a message for everybody: by any member of a direct or support conversation, by the owner or an admin of a group
 * or broadcast. Deleting it for everyone unpins it. Pinning again changes nothing.
 */
export const pinMessage = rpc('messaging.pin_message', {
  summary: 'Pin a message',
  access: 'user',
  input: z.object({ message_id: Id }),
  output: Conversation,
  errors: ['message_not_found', 'message_deleted', 'conversation_closed', 'forbidden', 'too_many_pins'],
  http: { method: 'PUT', path: '/api/messages/{message_id}/pin' },
  shard: (input) => shardOf(input.message_id),
})

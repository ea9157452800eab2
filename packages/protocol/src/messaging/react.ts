import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id, optional, shardOf } from '../ids.ts'
import { Emoji, ReactionOutput } from './types.ts'

/**
 * Without `action` it toggles. One that changes nothing is acknowledged and makes no frame. Across a block it is
 * `forbidden`, but for taking one's own back.
 */
export const react = rpc('messaging.react', {
  summary: 'React to a message, or take it back',
  access: 'user',
  input: z.object({ message_id: Id, emoji: Emoji, action: optional(z.enum(['add', 'remove'])) }),
  output: ReactionOutput,
  errors: ['message_not_found', 'message_deleted', 'conversation_closed', 'forbidden', 'too_many_reactions'],
  socket: { type: 'message_reaction', ack: ['message_id', 'conversation_id', 'emoji', 'action', 'rev'] },
  shard: (input) => shardOf(input.message_id),
})

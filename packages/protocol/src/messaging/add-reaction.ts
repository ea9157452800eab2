import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id, shardOf } from '../ids.ts'
import { Emoji, ReactionOutput } from './types.ts'

export const addReaction = rpc('messaging.add_reaction', {
  summary: 'React to a message',
  access: 'user',
  input: z.object({ message_id: Id, emoji: Emoji }),
  output: ReactionOutput,
  errors: ['message_not_found', 'message_deleted', 'conversation_closed', 'forbidden', 'too_many_reactions'],
  http: { method: 'PUT', path: '/api/messages/{message_id}/reactions/{emoji}', body: 'message' },
  shard: (input) => shardOf(input.message_id),
})

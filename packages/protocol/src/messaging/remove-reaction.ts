import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id, shardOf } from '../ids.ts'
import { Emoji, ReactionOutput } from './types.ts'

export const removeReaction = rpc('messaging.remove_reaction', {
  summary: 'Take a reaction back',
  access: 'user',
  input: z.object({ message_id: Id, emoji: Emoji }),
  output: ReactionOutput,
  errors: ['message_not_found', 'message_deleted', 'conversation_closed', 'forbidden', 'too_many_reactions'],
  http: { method: 'DELETE', path: '/api/messages/{message_id}/reactions/{emoji}', status: 204 },
  shard: (input) => shardOf(input.message_id),
})

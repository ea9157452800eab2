import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id, pairShard, Timestamp } from '../ids.ts'
import { Conversation } from './types.ts'

/**
 * The pair's one direct conversation, as the first of `user_ids` sees it: opened when there is none, opened or reopened
 * for a match when one is given. Both cards are in messaging's store already. Repeating it changes and tells nothing.
 */
export const openDirect = rpc('messaging.open_direct', {
  summary: "Open a pair's direct conversation, in its lane",
  access: 'service',
  input: z.object({
    user_ids: z.tuple([Id, Id]),
    match: z.object({ id: Id, generation: z.int().min(1), created_at: Timestamp }).optional(),
  }),
  output: z.object({ existed: z.boolean(), conversation: Conversation }),
  errors: ['user_not_found', 'forbidden'],
  shard: (input) => pairShard(input.user_ids[0], input.user_ids[1]),
})

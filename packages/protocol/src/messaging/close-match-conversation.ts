import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id, pairShard } from '../ids.ts'
import { Nothing } from '../paging.ts'

/** Closes the pair's conversation for both, unless a later match has reopened it. */
export const closeMatchConversation = rpc('messaging.close_match_conversation', {
  summary: "Close a match's conversation",
  access: 'service',
  input: z.object({ match_id: Id, user_ids: z.tuple([Id, Id]), generation: z.int().min(1) }),
  output: Nothing,
  errors: [],
  shard: (input) => pairShard(input.user_ids[0], input.user_ids[1]),
})

import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id, pairShard } from '../ids.ts'
import { Nothing } from '../paging.ts'

/** Tells the pair's lane that one blocks the other, or no longer does, so that it is ordered against what they send. */
export const setBlock = rpc('messaging.set_block', {
  summary: "Record a block in the pair's lane",
  access: 'service',
  input: z.object({ blocker_id: Id, blocked_id: Id, is_blocked: z.boolean() }),
  output: Nothing,
  errors: [],
  shard: (input) => pairShard(input.blocker_id, input.blocked_id),
})

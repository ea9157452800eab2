import * as z from 'zod'
import { rpc } from '../define.ts'
import { pairShard } from '../ids.ts'
import { BlockChange } from '../matching/types.ts'
import { Nothing } from '../paging.ts'

/** Tells the pair's lane that one blocks the other, or no longer does, so that it is ordered against what they send. What is older than what it knows changes nothing. */
export const setBlock = rpc('messaging.set_block', {
  summary: "Record a block in the pair's lane",
  access: 'service',
  input: z.object({ ...BlockChange.shape, is_blocked: z.boolean() }),
  output: Nothing,
  errors: [],
  shard: (input) => pairShard(input.blocker_id, input.blocked_id),
})

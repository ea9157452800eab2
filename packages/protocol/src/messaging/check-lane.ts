import * as z from 'zod'
import { rpc } from '../define.ts'
import { Shard } from '../ids.ts'
import { Nothing } from '../paging.ts'

/** Answers when the lane of a shard has an owner that can write. */
export const checkLane = rpc('messaging.check_lane', {
  summary: 'Whether a lane has an owner',
  access: 'service',
  input: z.object({ shard: Shard }),
  output: Nothing,
  errors: [],
  shard: (input) => input.shard,
})

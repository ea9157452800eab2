import * as z from 'zod'
import { rpc } from '../define.ts'
import { Nothing } from '../paging.ts'

/** How shards map to lanes (`lane = shard % lanes`), the epoch of the store, and the send limits that `welcome` tells. */
export const describeLanes = rpc('messaging.describe_lanes', {
  summary: 'The number of lanes and the epoch',
  access: 'service',
  input: Nothing,
  output: z.object({
    lanes: z.int().min(1),
    epoch: z.string(),
    sends_per_second: z.number(),
    burst: z.int(),
  }),
  errors: [],
})

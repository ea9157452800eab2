import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id, Shard, text } from '../ids.ts'
import { limits } from '../limits.ts'

const People = z.array(Id).max(limits.presence_report)

/**
 * A gateway tells the owner of a shard's lane who has come, is away, or has gone there. With `whole`, the parts together
 * are everybody of the lane whom the gateway holds: who is in none of them is there no more.
 */
export const reportPresence = rpc('messaging.report_presence', {
  summary: 'Who is present at a gateway',
  access: 'service',
  input: z.object({
    shard: Shard,
    gateway: text(1, 64),
    online: People,
    away: People,
    offline: People,
    whole: z.object({ part: z.int().min(0).max(100_000), of: z.int().min(1).max(100_000) }).optional(),
  }),
  output: z.object({ lane: z.int(), owner_epoch: z.int() }),
  errors: [],
  shard: (input) => input.shard,
})

import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id, Shard, Timestamp } from '../ids.ts'
import { limits } from '../limits.ts'
import { PresenceStatus } from './presence.ts'

/**
 * Who of a shard is present, whoever may see it. `status` is null where a new owner of the lane cannot know yet: ask
 * again. `last_seen` is null for those who went before the owner's memory; `messaging.watch` has it then.
 */
export const getPresence = rpc('messaging.get_presence', {
  summary: 'Who of a shard is present',
  access: 'service',
  input: z.object({ shard: Shard, user_ids: z.array(Id).max(limits.presence_report) }),
  output: z.object({
    items: z
      .array(z.object({ user_id: Id, status: z.nullable(PresenceStatus), last_seen: z.nullable(Timestamp) }))
      .max(limits.presence_report),
  }),
  errors: [],
  shard: (input) => input.shard,
})

import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id, Timestamp } from '../ids.ts'
import { limits } from '../limits.ts'

/**
 * Whose presence the caller may see: people with whom they share an open conversation of at most 256, as long as neither
 * blocks the other and both share their presence; the others of those are `hidden` and shown as offline. Who shares
 * nothing with the caller is in neither list, as if they did not exist.
 */
export const watch = rpc('messaging.watch', {
  summary: 'Whose presence you may see',
  access: 'user',
  input: z.object({ user_ids: z.array(Id).max(limits.watch) }),
  output: z.object({
    visible: z.array(z.object({ user_id: Id, last_seen: z.nullable(Timestamp) })).max(limits.watch),
    hidden: z.array(Id).max(limits.watch),
  }),
  errors: [],
})

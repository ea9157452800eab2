import * as z from 'zod'
import { rpc } from '../define.ts'
import { optional, text } from '../ids.ts'

export const SyncCursor = optional(text(1, 1_024)).meta({
  description: 'The cursor of the last `caught_up`; opaque, of any age',
})

/**
 * Frames of everything that changed for the caller since a cursor, as present state. Without a cursor: no frames and
 * the present cursor. Who became staff since gets each open support conversation; who was staff and is not any more,
 * `cursor_reset`, since nothing of support may stay. `continuation` is not null when more is due: call again with it.
 */
export const sync = rpc('messaging.sync', {
  summary: 'What changed since a cursor',
  access: 'user',
  input: z.object({ cursor: SyncCursor, continuation: optional(text(1, 2_048)) }),
  output: z.object({ cursor: z.string(), epoch: z.string(), continuation: z.nullable(z.string()) }),
  errors: ['cursor_reset'],
  // Who begins anew is sure to get no frames.
  batch: ({ cursor, continuation }) => cursor === undefined && continuation === undefined,
  frames: true,
})

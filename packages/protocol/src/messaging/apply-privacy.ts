import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id, Shard } from '../ids.ts'
import { Nothing } from '../paging.ts'

/** Has a lane read anew what a person shares; the frames that it makes after the answer go by that. */
export const applyPrivacy = rpc('messaging.apply_privacy', {
  summary: "Apply a person's switches in a lane",
  access: 'service',
  input: z.object({ shard: Shard, user_id: Id }),
  output: Nothing,
  errors: [],
  shard: (input) => input.shard,
})

import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id, optional, shardOf, text } from '../ids.ts'
import { limits } from '../limits.ts'
import { Conversation } from './types.ts'

/** A person's one open support conversation, made when there is none; its shard is that of the person. */
export const openSupport = rpc('messaging.open_support', {
  summary: "Open a person's support conversation, in its lane",
  access: 'service',
  input: z.object({ user_id: Id, subject: optional(text(1, limits.title_chars)) }),
  output: z.object({ existed: z.boolean(), conversation: Conversation }),
  errors: ['user_not_found'],
  shard: (input) => shardOf(input.user_id),
})

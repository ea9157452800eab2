import * as z from 'zod'
import { rpc } from '../define.ts'
import { PictureUrl } from '../auth/types.ts'
import { Id, optional, shardOf, text, Timestamp } from '../ids.ts'
import { limits } from '../limits.ts'
import { Conversation } from './types.ts'

/**
 * Changes the fields that are given. `title` and `picture` (of a group or broadcast, by its owner or an admin; "" removes
 * the picture) are everybody's. `muted_until`, `is_pinned` and `is_archived` are the caller's own, in a conversation of
 * any kind: only the caller's devices are told. A `muted_until` that is past unmutes. New messages leave an archived
 * conversation archived.
 */
export const updateConversation = rpc('messaging.update_conversation', {
  summary: 'Change a group, or what a conversation is to the caller',
  access: 'user',
  input: z
    .object({
      conversation_id: Id,
      title: optional(text(1, limits.title_chars)),
      picture: optional(z.union([z.literal(''), PictureUrl])),
      muted_until: optional(Timestamp),
      is_pinned: optional(z.boolean()),
      is_archived: optional(z.boolean()),
    })
    .refine(({ conversation_id: _, ...given }) => Object.values(given).some((value) => value !== undefined), {
      path: ['title'],
      message: 'title, picture, muted_until, is_pinned or is_archived is required',
    }),
  output: Conversation,
  errors: ['conversation_not_found', 'conversation_closed', 'forbidden'],
  http: { method: 'PATCH', path: '/api/conversations/{conversation_id}' },
  shard: (input) => shardOf(input.conversation_id),
})

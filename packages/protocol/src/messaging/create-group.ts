import * as z from 'zod'
import { rpc } from '../define.ts'
import { PictureUrl } from '../auth/types.ts'
import { ClientId, Id, shardOf, text } from '../ids.ts'
import { limits } from '../limits.ts'
import { Conversation } from './types.ts'

/** `id` is new, in a shard that follows from `client_id`: a repeat finds the first group in the same lane. */
export const createGroup = rpc('messaging.create_group', {
  summary: 'Make a group or a broadcast, in its lane',
  access: 'service',
  input: z.object({
    id: Id,
    client_id: ClientId,
    owner_id: Id,
    kind: z.enum(['group', 'broadcast']),
    title: text(1, limits.title_chars),
    picture: z.nullable(PictureUrl),
    user_ids: z.array(Id).max(limits.members_at_once),
  }),
  output: z.object({ existed: z.boolean(), conversation: Conversation }),
  errors: ['user_not_found'],
  shard: (input) => shardOf(input.id),
})

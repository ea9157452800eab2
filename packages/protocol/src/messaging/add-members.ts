import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id, shardOf } from '../ids.ts'
import { limits } from '../limits.ts'
import { Member } from './types.ts'

/**
 * By the owner or an admin of a group. Who is in it already stays as they are. New members see what comes from now on.
 * Across a block nobody adds anybody: to each of the two the other does not exist.
 */
export const addMembers = rpc('messaging.add_members', {
  summary: 'Add people to a group',
  access: 'user',
  input: z.object({ conversation_id: Id, user_ids: z.array(Id).min(1).max(limits.members_at_once) }),
  output: z.object({ items: z.array(Member) }),
  errors: ['conversation_not_found', 'conversation_closed', 'user_not_found', 'forbidden', 'group_full'],
  http: { method: 'POST', path: '/api/conversations/{conversation_id}/members' },
  shard: (input) => shardOf(input.conversation_id),
})

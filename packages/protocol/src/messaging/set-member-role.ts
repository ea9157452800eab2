import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id, shardOf } from '../ids.ts'
import { Member, MemberRole } from './types.ts'

/** By the owner. Making somebody else the owner makes the caller an admin. */
export const setMemberRole = rpc('messaging.set_member_role', {
  summary: "Change a member's role",
  access: 'user',
  input: z.object({ conversation_id: Id, user_id: Id, role: MemberRole }),
  output: Member,
  errors: ['conversation_not_found', 'user_not_found', 'forbidden'],
  http: { method: 'PATCH', path: '/api/conversations/{conversation_id}/members/{user_id}' },
  shard: (input) => shardOf(input.conversation_id),
})

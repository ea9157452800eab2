import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id, shardOf } from '../ids.ts'
import { Nothing } from '../paging.ts'

/**
 * Oneself: leave; the owner may not before somebody else is. Another: by the owner, or by an admin a plain member.
 * No frame of the conversation reaches the removed person after the one that says so.
 */
export const removeMember = rpc('messaging.remove_member', {
  summary: 'Leave a group, or remove a member',
  access: 'user',
  input: z.object({ conversation_id: Id, user_id: Id }),
  output: Nothing,
  errors: ['conversation_not_found', 'user_not_found', 'forbidden'],
  http: { method: 'DELETE', path: '/api/conversations/{conversation_id}/members/{user_id}', status: 204 },
  shard: (input) => shardOf(input.conversation_id),
})

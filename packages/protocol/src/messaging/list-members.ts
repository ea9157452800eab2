import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id } from '../ids.ts'
import { Cursor, Limit, page } from '../paging.ts'
import { Member } from './types.ts'

/**
 * `is_blocked` says that the caller blocks the member. That a member blocks the caller is not said: whoever is blocked
 * must not learn it, and finds the blocker in a group as anybody else.
 */
export const listMembers = rpc('messaging.list_members', {
  summary: 'Members of a conversation, by join order',
  access: 'user',
  input: z.object({ conversation_id: Id, limit: Limit, cursor: Cursor }),
  output: page(Member.extend({ is_blocked: z.boolean() })),
  errors: ['conversation_not_found'],
  http: { method: 'GET', path: '/api/conversations/{conversation_id}/members' },
})

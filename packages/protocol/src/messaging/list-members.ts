import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id } from '../ids.ts'
import { Cursor, Limit, page } from '../paging.ts'
import { Member } from './types.ts'

export const listMembers = rpc('messaging.list_members', {
  summary: 'Members of a conversation, by join order',
  access: 'user',
  input: z.object({ conversation_id: Id, limit: Limit, cursor: Cursor }),
  output: page(Member),
  errors: ['conversation_not_found'],
  http: { method: 'GET', path: '/api/conversations/{conversation_id}/members' },
})

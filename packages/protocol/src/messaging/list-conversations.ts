import * as z from 'zod'
import { rpc } from '../define.ts'
import { Cursor, Limit, page } from '../paging.ts'
import { Conversation } from './types.ts'

export const listConversations = rpc('messaging.list_conversations', {
  summary: 'Own conversations, newest activity first',
  access: 'user',
  input: z.object({ limit: Limit, cursor: Cursor }),
  output: page(Conversation),
  errors: [],
  http: { method: 'GET', path: '/api/conversations' },
})

import * as z from 'zod'
import { rpc } from '../define.ts'
import { optional } from '../ids.ts'
import { Cursor, Limit, page } from '../paging.ts'
import { Conversation, ConversationKind } from './types.ts'

/**
 * Of staff, all support conversations are among them. `archived` keeps those that the caller has archived, or the others;
 * absent: all. With `unread`, only the caller's own that have unread messages.
 */
export const listConversations = rpc('messaging.list_conversations', {
  summary: 'Own conversations, newest activity first',
  access: 'user',
  input: z.object({
    kind: optional(ConversationKind),
    archived: optional(z.boolean()),
    unread: optional(z.boolean()),
    limit: Limit,
    cursor: Cursor,
  }),
  output: page(Conversation),
  errors: [],
  http: { method: 'GET', path: '/api/conversations' },
})

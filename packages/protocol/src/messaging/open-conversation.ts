import * as z from 'zod'
import { rpc } from '../define.ts'
import { ClientId, Id, optional, text } from '../ids.ts'
import { limits } from '../limits.ts'
import { Conversation } from './types.ts'

/**
 * Opens the one direct conversation with a person, or gives the one that exists; or makes a group, whose owner is the
 * caller. A repeated `client_id` gives the group that was made first.
 */
export const openConversation = rpc('messaging.open_conversation', {
  summary: 'Open a conversation',
  access: 'user',
  input: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('direct'), user_id: Id }),
    z.object({
      kind: z.literal('group'),
      title: text(1, limits.title_chars),
      user_ids: z.array(Id).max(limits.members_at_once),
      client_id: optional(ClientId),
    }),
  ]),
  output: z.object({ existed: z.boolean(), conversation: Conversation }),
  errors: ['user_not_found', 'forbidden'],
  http: {
    method: 'POST',
    path: '/api/conversations',
    status: 201,
    body: 'conversation',
    repeated: 'existed',
  },
})

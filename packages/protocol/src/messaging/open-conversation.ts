import * as z from 'zod'
import { rpc } from '../define.ts'
import { PictureUrl } from '../auth/types.ts'
import { ClientId, Id, optional, text } from '../ids.ts'
import { limits } from '../limits.ts'
import { Conversation } from './types.ts'

/**
 * Opens the one direct conversation with a person, or gives the one that exists; or makes a group, whose owner is the
 * caller. A repeated `client_id` gives the group that was made first. A broadcast is a group in which only its owner and
 * admins send. Of support, a person has one open conversation, which is made or found: staff reads and writes there too,
 * and the `subject` it was made with is its title.
 */
export const openConversation = rpc('messaging.open_conversation', {
  summary: 'Open a conversation',
  access: 'user',
  input: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('direct'), user_id: Id }),
    z.object({
      kind: z.enum(['group', 'broadcast']),
      title: text(1, limits.title_chars),
      picture: optional(PictureUrl),
      user_ids: z.array(Id).max(limits.members_at_once),
      client_id: optional(ClientId),
    }),
    z.object({ kind: z.literal('support'), subject: optional(text(1, limits.title_chars)) }),
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

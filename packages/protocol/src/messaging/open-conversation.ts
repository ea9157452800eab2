import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id } from '../ids.ts'
import { Conversation } from './types.ts'

/** Opens the one direct conversation with a person, or gives the one that exists. */
export const openConversation = rpc('messaging.open_conversation', {
  summary: 'Open a conversation',
  access: 'user',
  input: z.object({ kind: z.literal('direct'), user_id: Id }),
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

import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id } from '../ids.ts'
import { Conversation } from './types.ts'

/** A stranger gets the same answer as for a conversation that does not exist. */
export const getConversation = rpc('messaging.get_conversation', {
  summary: 'One conversation',
  access: 'user',
  input: z.object({ conversation_id: Id }),
  output: Conversation,
  errors: ['conversation_not_found'],
  http: { method: 'GET', path: '/api/conversations/{conversation_id}' },
})

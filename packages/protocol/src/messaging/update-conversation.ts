import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id, shardOf, text } from '../ids.ts'
import { limits } from '../limits.ts'
import { Conversation } from './types.ts'

/** By the owner or an admin of a group. */
export const updateConversation = rpc('messaging.update_conversation', {
  summary: 'Rename a group',
  access: 'user',
  input: z.object({ conversation_id: Id, title: text(1, limits.title_chars) }),
  output: Conversation,
  errors: ['conversation_not_found', 'conversation_closed', 'forbidden'],
  http: { method: 'PATCH', path: '/api/conversations/{conversation_id}' },
  shard: (input) => shardOf(input.conversation_id),
})

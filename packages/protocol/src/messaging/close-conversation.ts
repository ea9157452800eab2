import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id, shardOf } from '../ids.ts'
import { Nothing } from '../paging.ts'

/** By its owner, or by staff one of support; members keep what was said, and nobody can send any more. */
export const closeConversation = rpc('messaging.close_conversation', {
  summary: 'Close a group or a support conversation for everyone',
  access: 'user',
  input: z.object({ conversation_id: Id }),
  output: Nothing,
  errors: ['conversation_not_found', 'forbidden'],
  http: { method: 'DELETE', path: '/api/conversations/{conversation_id}', status: 204 },
  shard: (input) => shardOf(input.conversation_id),
})

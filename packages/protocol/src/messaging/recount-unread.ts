import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id, shardOf } from '../ids.ts'
import { UnreadOutput } from './types.ts'

/**
 * Counts the caller's unread messages from the messages themselves and, where what is stored says otherwise, mends it and
 * tells the caller's devices. `was` is what was stored. Counts as a send against the send limit.
 */
export const recountUnread = rpc('messaging.recount_unread', {
  summary: 'Count unread messages anew',
  access: 'user',
  input: z.object({ conversation_id: Id }),
  output: UnreadOutput.extend({ was: z.int() }),
  errors: ['conversation_not_found'],
  http: { method: 'POST', path: '/api/conversations/{conversation_id}/recount' },
  shard: (input) => shardOf(input.conversation_id),
})

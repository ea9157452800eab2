import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id, Seq, shardOf } from '../ids.ts'

/**
 * Asked by a gateway for a socket that wants to look at a conversation live. Ordered against removals: after one, no
 * answer says yes. `rev` is that of the conversation's last change.
 */
export const attach = rpc('messaging.attach', {
  summary: 'Whether the caller may look at a conversation',
  access: 'user',
  input: z.object({ conversation_id: Id }),
  output: z.object({ conversation_id: Id, rev: Seq }),
  errors: ['conversation_not_found'],
  shard: (input) => shardOf(input.conversation_id),
})

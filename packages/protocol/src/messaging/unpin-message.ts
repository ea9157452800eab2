import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id, shardOf } from '../ids.ts'
import { Nothing } from '../paging.ts'

/** By those who may pin it. Of a message that is not pinned it changes nothing. */
export const unpinMessage = rpc('messaging.unpin_message', {
  summary: 'Take back the pin of a message',
  access: 'user',
  input: z.object({ message_id: Id }),
  output: Nothing,
  errors: ['message_not_found', 'conversation_closed', 'forbidden'],
  http: { method: 'DELETE', path: '/api/messages/{message_id}/pin', status: 204 },
  shard: (input) => shardOf(input.message_id),
})

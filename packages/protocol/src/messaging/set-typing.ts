import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id, shardOf } from '../ids.ts'
import { Nothing } from '../paging.ts'

/** Tells the other members, and nobody else, that the caller types or stopped. Not stored; expires by itself after 6 s. */
export const setTyping = rpc('messaging.set_typing', {
  summary: 'Say that you are typing',
  access: 'user',
  input: z.object({ conversation_id: Id, is_typing: z.boolean() }),
  output: Nothing,
  errors: ['conversation_not_found'],
  socket: { type: 'typing_indicator', ack: [] },
  shard: (input) => shardOf(input.conversation_id),
})

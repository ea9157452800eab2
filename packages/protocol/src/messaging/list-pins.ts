import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id } from '../ids.ts'
import { limits } from '../limits.ts'
import { Message } from './types.ts'

/** Without those that the caller may not see or has hidden. */
export const listPins = rpc('messaging.list_pins', {
  summary: 'Pinned messages of a conversation, the newest pin first',
  access: 'user',
  input: z.object({ conversation_id: Id }),
  output: z.object({ items: z.array(Message).max(limits.pins) }),
  errors: ['conversation_not_found'],
  http: { method: 'GET', path: '/api/conversations/{conversation_id}/pins' },
})

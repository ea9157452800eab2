import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id } from '../ids.ts'
import { Nothing } from '../paging.ts'

/** Of a message that is not among them, or that the caller may not see any more, it says nothing. */
export const unsaveMessage = rpc('messaging.unsave_message', {
  summary: 'Take a message from the own saved ones',
  access: 'user',
  input: z.object({ message_id: Id }),
  output: Nothing,
  errors: [],
  http: { method: 'DELETE', path: '/api/messages/{message_id}/save', status: 204 },
})

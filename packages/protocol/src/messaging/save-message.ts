import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id } from '../ids.ts'
import { Nothing } from '../paging.ts'

/** Nobody else learns of it. Saving again changes nothing. */
export const saveMessage = rpc('messaging.save_message', {
  summary: 'Keep a message among the own saved ones',
  access: 'user',
  input: z.object({ message_id: Id }),
  output: Nothing,
  errors: ['message_not_found', 'message_deleted'],
  http: { method: 'PUT', path: '/api/messages/{message_id}/save', status: 204 },
})

import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id } from '../ids.ts'
import { Message } from './types.ts'

export const getMessage = rpc('messaging.get_message', {
  summary: 'One message',
  access: 'user',
  input: z.object({ message_id: Id }),
  output: Message,
  errors: ['message_not_found'],
  http: { method: 'GET', path: '/api/messages/{message_id}' },
})

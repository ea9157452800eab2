import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id } from '../ids.ts'
import { Cursor, Limit, page } from '../paging.ts'
import { Message } from './types.ts'

export const getThread = rpc('messaging.get_thread', {
  summary: 'Answers to a message, ascending, without the message itself',
  access: 'user',
  input: z.object({ message_id: Id, limit: Limit, cursor: Cursor }),
  output: page(Message),
  errors: ['message_not_found'],
  http: { method: 'GET', path: '/api/messages/{message_id}/thread' },
})

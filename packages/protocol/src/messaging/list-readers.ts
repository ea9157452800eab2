import * as z from 'zod'
import { Card } from '../auth/types.ts'
import { rpc } from '../define.ts'
import { Id, Seq } from '../ids.ts'
import { Cursor, Limit, page } from '../paging.ts'

/**
 * Present members, but for the sender, who have read up to the message or further; who joined after it is not among
 * them. Receipts show both ways or not at all: who does not share them is missing, and sees nobody else.
 */
export const listReaders = rpc('messaging.list_readers', {
  summary: 'Who has read a message',
  access: 'user',
  input: z.object({ message_id: Id, limit: Limit, cursor: Cursor }),
  output: page(z.object({ user: Card, read_seq: Seq })),
  errors: ['message_not_found'],
  http: { method: 'GET', path: '/api/messages/{message_id}/readers' },
})

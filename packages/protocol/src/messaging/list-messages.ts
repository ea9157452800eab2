import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id, optional, Seq } from '../ids.ts'
import { Limit, page } from '../paging.ts'
import { Message } from './types.ts'

/**
 * History in ascending `seq`: the first `limit` after `after_seq`, or the last before `before_seq`, or the newest.
 * `next_cursor` is the `seq` to go on from in the same direction, null at the end.
 */
export const listMessages = rpc('messaging.list_messages', {
  summary: 'Messages of a conversation',
  access: 'user',
  input: z.object({
    conversation_id: Id,
    before_seq: optional(Seq),
    after_seq: optional(Seq),
    limit: Limit,
  }),
  output: page(Message),
  errors: ['conversation_not_found'],
  http: { method: 'GET', path: '/api/conversations/{conversation_id}/messages' },
})

import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id, optional } from '../ids.ts'
import { limits } from '../limits.ts'
import { Message } from './types.ts'

/**
 * Messages that the caller may see and that are newer than one of them, for clients that know nothing but the last message
 * that they have; deleted ones are left out. Of one conversation by `seq`; else of all of the caller's, by time and then
 * id: across conversations that is as exact as the clocks of those who wrote them. At most the newest 500 of each of the
 * 100 conversations with the latest activity then. With `has_more`, ask again from the last of `items`.
 */
export const listNewerMessages = rpc('messaging.list_newer_messages', {
  summary: 'Messages newer than one that you have',
  access: 'user',
  input: z.object({ message_id: Id, conversation_id: optional(Id) }),
  output: z.object({ items: z.array(Message).max(limits.page.max), has_more: z.boolean() }),
  errors: ['message_not_found'],
})

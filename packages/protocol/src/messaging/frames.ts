import * as z from 'zod'
import { push } from '../define.ts'
import { Id, Seq, Timestamp } from '../ids.ts'
import { Match } from '../matching/types.ts'
import { NotificationContent } from './notification-types.ts'
import { PresenceStatus } from './presence.ts'
import { limits } from '../limits.ts'
import { Content, Conversation, Emoji, Message } from './types.ts'

export const chatMessage = push('chat_message', {
  class: 'durable',
  summary: 'A new message, to every device of every member; in replay, the present state of a changed one',
  payload: z.object({ conversation_id: Id, seq: Seq, rev: Seq, message: Message }),
})

export const messageEdit = push('message_edit', {
  class: 'durable',
  summary: 'The text of a message changed',
  payload: z.object({
    conversation_id: Id,
    message_id: Id,
    content: Content,
    /** Members whom the new text names. */
    mentions: z.array(Id).max(limits.mentions),
    edited_at: Timestamp,
    rev: Seq,
    timestamp: Timestamp,
  }),
})

export const messageDelete = push('message_delete', {
  class: 'durable',
  summary: 'A message was deleted for everyone; its place stays',
  payload: z.object({ conversation_id: Id, message_id: Id, rev: Seq, timestamp: Timestamp }),
})

export const messageReaction = push('message_reaction', {
  class: 'durable',
  summary: 'A member reacted to a message, or took it back',
  payload: z.object({
    conversation_id: Id,
    message_id: Id,
    emoji: Emoji,
    user_id: Id,
    action: z.enum(['added', 'removed']),
    rev: Seq,
    timestamp: Timestamp,
  }),
})

const Receipt = z.object({
  conversation_id: Id,
  message_id: Id,
  seq: Seq,
  user_id: Id,
  timestamp: Timestamp,
})

export const readReceipt = push('read_receipt', {
  class: 'durable',
  summary: 'A member has read up to a message',
  payload: Receipt,
})

export const deliveryReceipt = push('delivery_receipt', {
  class: 'durable',
  summary: 'Messages up to one arrived at a member',
  payload: Receipt,
})

export const typingIndicator = push('typing_indicator', {
  class: 'ephemeral',
  summary: 'Another member types; expires after 6 s',
  payload: z.object({
    conversation_id: Id,
    user_id: Id,
    /** First and last name, or the username of who has none. */
    user_name: z.string(),
    is_typing: z.boolean(),
    timestamp: Timestamp,
  }),
})

export const userStatus = push('user_status', {
  class: 'ephemeral',
  summary: 'A watched person is online, away or offline; `last_seen` where they are offline and it is known',
  payload: z.object({
    user_id: Id,
    status: PresenceStatus,
    last_seen: Timestamp.optional(),
    timestamp: Timestamp,
  }),
})

export const newMatch = push('new_match', {
  class: 'durable',
  summary: 'A mutual like; `conversation_update` follows',
  payload: z.object({ match: Match }),
})

export const matchRemoved = push('match_removed', {
  class: 'durable',
  summary: 'A match ended',
  payload: z.object({ match_id: Id, conversation_id: Id }),
})

export const conversationUpdate = push('conversation_update', {
  class: 'durable',
  summary: 'A conversation appeared or changed outside its messages',
  payload: z.object({
    event: z.enum([
      'conversation.create',
      'conversation.update',
      'conversation.member_joined',
      'conversation.member_left',
      'conversation.close',
      'conversation.behind',
    ]),
    conversation: Conversation,
    /** What the person has deleted for themselves, to their own devices. */
    hidden_message_ids: z.array(Id).max(limits.replayed_changes).optional(),
  }),
})

export const bump = push('bump', {
  class: 'ephemeral',
  summary: 'Something new in a conversation of more than 256 members, to sockets that are not attached to it',
  payload: z.object({ conversation_id: Id, last_seq: Seq, last_rev: Seq }),
})

export const notify = push('notify', {
  class: 'durable',
  summary: 'A notification; one that is unread comes again in replay, the newest 100 at most',
  payload: NotificationContent,
})

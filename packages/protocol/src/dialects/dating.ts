import * as z from 'zod'
import { optional, text } from '../ids.ts'
import { Content } from '../messaging/types.ts'
import {
  communityOut,
  conversationOf,
  errorOut,
  isWritten,
  ping,
  pongOut,
  readReceipt,
  typing,
} from './common-frames.ts'
import { defineDialect, inbound, type Outbound } from './dialect.ts'
import { AttachmentUrl, attachmentsOf, attachmentUrlOf, LegacyId } from './fields.ts'

const message = inbound(
  z.object({
    content: optional(Content),
    attachment: AttachmentUrl,
    conversation_id: optional(LegacyId),
  }),
  ({ content = '', attachment, conversation_id }, scope) => ({
    type: 'chat_message',
    ...conversationOf(scope, conversation_id),
    content,
    ...attachmentsOf(attachment),
  }),
)

/** These sockets get what they subscribe to in any case, and nothing less for having said so. */
const subscribe = inbound(z.object({ subscription_type: text(1, 64) }), () => null)

const always = { pong: pongOut, error: errorOut } satisfies Outbound

const notifications = {
  ...always,
  new_match: ({ match }) => {
    const { id, user, created_at } = match
    const { id: user_id, username, profile_picture, first_name, last_name } = user
    const other = { id: user_id, username, profile_picture, first_name, last_name }
    return { type: 'new_match', data: { type: 'new_match', match: { id, user: other, created_at } } }
  },
} satisfies Outbound

const conversation = {
  ...always,
  ...communityOut,
  chat_message: (event) => (isWritten(event) ? newMessage(event) : null),
  typing_indicator: ({ type, conversation_id, is_typing, user_name }) => ({
    type,
    conversation_id,
    is_typing,
    user_name,
  }),
} satisfies Outbound

function newMessage({ conversation_id, message }: Parameters<NonNullable<Outbound['chat_message']>>[0]) {
  const { id, sender, content, created_at } = message
  const { id: sender_id, username, profile_picture } = sender
  return {
    type: 'new_message',
    conversation_id,
    message: {
      id,
      sender: { id: sender_id, username, profile_picture },
      content,
      created_at,
      is_read: false,
      attachment: attachmentUrlOf(message),
    },
  }
}

const outbound = {
  conversation,
  notifications: {
    ...notifications,
    notify: ({ type, id, title, message, notification_type, timestamp }) => ({
      type,
      id,
      title,
      message,
      notification_type,
      timestamp,
    }),
  },
  everything: {
    ...conversation,
    ...notifications,
    conversation_update: ({ type, event, conversation: { id, participants, created_at } }) =>
      // Nothing changed; it says that a replay left something out.
      event === 'conversation.behind' ? null : { type, event, data: { id, participants, created_at } },
  },
} satisfies Record<string, Outbound>

/** Matches and conversations on one socket, each open conversation and the notifications on others. */
export const dating = defineDialect({
  name: 'dating',
  sockets: [
    { path: '/ws/chat/', channel: 'everything', isRootDefault: true },
    { path: '/ws/conversations/{conversation_id}/', channel: 'conversation', isRootDefault: true },
    { path: '/ws/notifications/', channel: 'notifications', isRootDefault: true },
  ],
  inbound: ({ channel }) =>
    channel === 'notifications'
      ? { ping, subscribe }
      : { ping, subscribe, message, typing, read_receipt: readReceipt },
  outbound: ({ channel }) => outbound[channel],
})

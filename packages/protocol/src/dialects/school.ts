import * as z from 'zod'
import { displayName } from '../auth/types.ts'
import { optional } from '../ids.ts'
import { Content, isBlank } from '../messaging/types.ts'
import { errorOut, isWritten, ping, pongOut } from './common-frames.ts'
import { defineDialect, inbound, type Outbound } from './dialect.ts'
import { AttachmentUrl, attachmentsOf, attachmentUrlOf, LegacyId } from './fields.ts'

const message = inbound(
  z
    .object({ receiver_id: LegacyId, message: optional(Content), attachment: AttachmentUrl })
    .refine(({ message: content, attachment = '' }) => !isBlank(content) || attachment !== '', {
      path: ['message'],
      message: 'is required where there is no attachment',
    }),
  ({ receiver_id, message: content = '', attachment }) => ({
    type: 'chat_message',
    receiver_id,
    content,
    ...attachmentsOf(attachment),
  }),
)

const chat = {
  chat_message: (event) => {
    if (!isWritten(event)) return null
    const { id, sender, content, created_at } = event.message
    return {
      type: event.type,
      id,
      sender_id: sender.id,
      sender_name: displayName(sender),
      message: content,
      attachment: attachmentUrlOf(event.message),
      timestamp: created_at,
    }
  },
  ack: ({ message_id }) => ({ type: 'message_sent', id: message_id }),
  pong: pongOut,
  error: errorOut,
} satisfies Outbound

const notifications = {
  notify: ({ type, id, title, message: text, notification_type, timestamp }) => ({
    type,
    id,
    title,
    message: text,
    notification_type,
    timestamp,
  }),
  error: errorOut,
} satisfies Outbound

/** Messages by receiver, in frames without a type; the sender gets `message_sent` instead of an echo. */
export const school = defineDialect({
  name: 'school',
  sockets: [
    { path: '/ws/chat/', channel: 'everything', isRootDefault: false },
    { path: '/ws/notifications/', channel: 'notifications', isRootDefault: false },
  ],
  echoes: false,
  inbound: ({ channel }) => (channel === 'notifications' ? {} : { '': message, ping }),
  outbound: ({ channel }) => (channel === 'notifications' ? notifications : chat),
})

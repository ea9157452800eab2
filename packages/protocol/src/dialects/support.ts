import * as z from 'zod'
import { ClientId, optional } from '../ids.ts'
import { Content } from '../messaging/types.ts'
import {
  conversationOf,
  errorOut,
  isWritten,
  ping,
  pongOut,
  readReceipt,
  statusOf,
  typing,
} from './common-frames.ts'
import { defineDialect, inbound } from './dialect.ts'

const chatMessage = inbound(
  z.object({ message: Content.min(1), client_id: optional(ClientId) }),
  ({ message, client_id }, scope) => ({
    type: 'chat_message',
    ...conversationOf(scope, undefined),
    content: message,
    client_id,
  }),
)

/** One socket a room, where a person talks with the staff. */
export const support = defineDialect({
  name: 'support',
  sockets: [{ path: '/ws/chat/{conversation_id}/', channel: 'conversation', isRootDefault: false }],
  inbound: () => ({ ping, chat_message: chatMessage, typing, read_receipt: readReceipt }),
  outbound: () => ({
    chat_message: (event, { viewer, isStaff }) => {
      if (!isWritten(event)) return null
      const { id, conversation_id, content, sender, created_at, client_id } = event.message
      return {
        type: event.type,
        id,
        room_id: conversation_id,
        message: content,
        sender,
        is_admin: isStaff(sender.id),
        created_at,
        // By it the sender knows its own; to others it says nothing.
        ...(sender.id === viewer.id && client_id !== null && { client_id }),
      }
    },
    typing_indicator: ({ user_id, user_name, is_typing }) => ({
      type: 'typing',
      user_id,
      user_name,
      is_typing,
    }),
    read_receipt: ({ type, message_id, user_id, timestamp }) => ({ type, message_id, user_id, timestamp }),
    user_status: (event) => ({ type: event.type, user_id: event.user_id, status: statusOf(event) }),
    pong: pongOut,
    error: errorOut,
  }),
})

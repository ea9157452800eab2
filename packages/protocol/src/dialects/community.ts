import * as z from 'zod'
import { optional } from '../ids.ts'
import { Content } from '../messaging/types.ts'
import {
  communityOut,
  conversationOf,
  edit,
  errorOut,
  isWritten,
  ping,
  pongOut,
  reaction,
  readReceipt,
  remove,
  typing,
} from './common-frames.ts'
import { defineDialect, inbound } from './dialect.ts'
import { LegacyId } from './fields.ts'

const chatMessage = inbound(
  z.object({ content: Content.min(1), parent_message_id: optional(LegacyId) }),
  ({ content, parent_message_id }, scope) => ({
    type: 'chat_message',
    ...conversationOf(scope, undefined),
    content,
    parent_message_id,
  }),
)

/** One socket a conversation, with threads, reactions, edits and deletes. */
export const community = defineDialect({
  name: 'community',
  sockets: [{ path: '/ws/chat/{conversation_id}/', channel: 'conversation', isRootDefault: true }],
  inbound: () => ({
    ping,
    chat_message: chatMessage,
    typing_indicator: typing,
    read_receipt: readReceipt,
    message_reaction: reaction,
    message_edit: edit,
    message_delete: remove,
  }),
  outbound: () => ({
    ...communityOut,
    chat_message: (event, { viewer }) => {
      if (!isWritten(event)) return null
      const { id, content, sender, parent_message_id, created_at, is_edited } = event.message
      const { id: sender_id, first_name, last_name } = sender
      const email = sender_id === viewer.id ? viewer.email : null
      return {
        type: event.type,
        message: {
          id,
          content,
          sender: { id: sender_id, email, first_name, last_name },
          parent_message_id,
          created_at,
          is_edited,
        },
      }
    },
    typing_indicator: ({ type, user_id, user_name, is_typing, timestamp }) => ({
      type,
      user_id,
      user_name,
      is_typing,
      timestamp,
    }),
    message_reaction: ({ type, message_id, emoji, user_id, action, timestamp }) => ({
      type,
      message_id,
      emoji,
      user_id,
      action,
      timestamp,
    }),
    message_edit: ({ type, message_id, content, edited_at, timestamp }) => ({
      type,
      message_id,
      content,
      edited_at,
      timestamp,
    }),
    message_delete: ({ type, message_id, timestamp }) => ({ type, message_id, timestamp }),
    pong: pongOut,
    error: errorOut,
  }),
})

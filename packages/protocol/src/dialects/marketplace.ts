import * as z from 'zod'
import { Content } from '../messaging/types.ts'
import { errorOut, isWritten, pongOut, statusOf } from './common-frames.ts'
import { defineDialect, inbound } from './dialect.ts'
import { LegacyId } from './fields.ts'

const message = inbound(
  z.object({ data: z.object({ conversation_id: LegacyId, content: Content.min(1) }) }),
  ({ data }) => ({ type: 'chat_message', ...data }),
)

const typing = inbound(
  z.object({ data: z.object({ conversation_id: LegacyId, is_typing: z.boolean() }) }),
  ({ data }) => ({ type: 'typing_indicator', ...data }),
)

/** One socket a person; each frame carries its fields under `data`. */
export const marketplace = defineDialect({
  name: 'marketplace',
  sockets: [{ path: '/ws/messaging/', channel: 'everything', isRootDefault: true }],
  inbound: () => ({ message, typing }),
  outbound: () => ({
    chat_message: (event) => (isWritten(event) ? { type: 'message', data: event.message } : null),
    typing_indicator: ({ conversation_id, user_id, user_name, is_typing }) => ({
      type: 'typing',
      data: { conversation_id, user_id, user_name, is_typing },
    }),
    user_status: (event) => ({
      type: 'user_status',
      data: { user_id: event.user_id, status: statusOf(event) },
    }),
    pong: pongOut,
    error: errorOut,
  }),
})

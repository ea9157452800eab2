// What several dialects say in the same words.
import * as z from 'zod'
import { optional } from '../ids.ts'
import { Content, Emoji } from '../messaging/types.ts'
import { inbound, type NativeFrame, type Outbound, type Scope } from './dialect.ts'
import type { ServerEventOf } from './events.ts'
import { LegacyId } from './fields.ts'

/** A socket that is about one conversation need not name it; on others the frame has to. */
export const conversationOf = ({ conversation_id }: Scope, named: number | undefined) => ({
  conversation_id: conversation_id ?? named,
})

export const ping = inbound(z.object({ timestamp: z.unknown().optional() }), ({ timestamp }) => ({
  type: 'ping',
  timestamp,
}))

export const typing = inbound(
  z.object({ is_typing: z.boolean(), conversation_id: optional(LegacyId) }),
  ({ is_typing, conversation_id }, scope): NativeFrame => ({
    type: 'typing_indicator',
    ...conversationOf(scope, conversation_id),
    is_typing,
  }),
)

export const readReceipt = inbound(z.object({ message_id: LegacyId }), ({ message_id }) => ({
  type: 'read_receipt',
  message_id,
}))

/** Without an action it toggles. */
export const reaction = inbound(z.object({ message_id: LegacyId, emoji: Emoji }), (frame) => ({
  type: 'message_reaction',
  ...frame,
}))

export const edit = inbound(z.object({ message_id: LegacyId, content: Content.min(1) }), (frame) => ({
  type: 'message_edit',
  ...frame,
}))

export const remove = inbound(z.object({ message_id: LegacyId }), (frame) => ({
  type: 'message_delete',
  ...frame,
}))

/** Whoever is away is still there, for clients that know two states only. */
export const statusOf = ({ status }: ServerEventOf<'user_status'>): 'online' | 'offline' =>
  status === 'offline' ? 'offline' : 'online'

export const pongOut = ({ timestamp }: ServerEventOf<'pong'>): object => ({ type: 'pong', timestamp })

/** In words first, since those clients show it to the person. */
export function errorOut({ code, errors = [], message }: ServerEventOf<'error'>): object {
  const [first] = errors
  const error = !first
    ? message
    : first.message.startsWith(first.path)
      ? first.message
      : `${first.path} ${first.message}`
  return { type: 'error', error, code }
}

/** Receipts and status as document 002 writes them. */
export const communityOut = {
  read_receipt: ({ type, message_id, user_id, timestamp }) => ({ type, message_id, user_id, timestamp }),
  user_status: (event) => ({
    type: event.type,
    user_id: event.user_id,
    status: statusOf(event),
    timestamp: event.timestamp,
  }),
} satisfies Outbound

/** What a person wrote; notes of the system are nothing that those clients could show. */
export const isWritten = ({ message }: ServerEventOf<'chat_message'>): boolean => message.kind === 'text'

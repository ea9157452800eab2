// What the golden tests are about: the people, the message and the events of the five documents' examples.
import type { Card } from '../auth/types.ts'
import type { Message } from '../messaging/types.ts'
import type { DialectName, Scope, ServerEvent } from './index.ts'

export const AT = '2025-11-26T10:30:00.000Z'
const card = (id: number, username: string, names: [string, string]): Card => ({
  id,
  username,
  first_name: names[0],
  last_name: names[1],
  profile_picture: 'https://example.org/p.jpg',
})
export const john = card(1, 'john_doe', ['John', 'Doe'])
export const jane = card(2, 'jane_doe', ['Jane', 'Doe'])

export const message: Message = {
  id: 456,
  conversation_id: 123,
  seq: 7,
  rev: 9,
  client_id: '0198f1f0-0000-7000-8000-000000000001',
  kind: 'text',
  content: 'Hello!',
  sender: john,
  parent_message_id: null,
  attachments: [],
  reactions: {},
  reply_count: 0,
  mentions: [],
  quote: null,
  forwarded_from: null,
  system: null,
  created_at: AT,
  is_edited: false,
  edited_at: null,
  is_deleted: false,
}
export const file = {
  id: 'a',
  url: 'https://example.com/file.pdf',
  name: null,
  content_type: null,
  size: null,
}

export const said = (changed: Partial<Message> = {}): ServerEvent => ({
  type: 'chat_message',
  conversation_id: 123,
  seq: 7,
  rev: 9,
  message: { ...message, ...changed },
})
const events = {
  typing: { conversation_id: 123, user_id: 1, user_name: 'John Doe', is_typing: true, timestamp: AT },
  receipt: { conversation_id: 123, message_id: 456, seq: 7, user_id: 1, timestamp: AT },
  status: { user_id: 1, status: 'online', timestamp: AT },
} as const
export const typed: ServerEvent = { type: 'typing_indicator', ...events.typing }
export const read: ServerEvent = { type: 'read_receipt', ...events.receipt }
export const online: ServerEvent = { type: 'user_status', ...events.status }

export const everything: Scope = {
  channel: 'everything',
  conversation_id: null,
  viewer: { id: 2, email: 'jane@example.com' },
  isStaff: (id) => id === 1,
}
export const inRoom: Scope = { ...everything, channel: 'conversation', conversation_id: 123 }
export const notified: Scope = { ...everything, channel: 'notifications' }
export const asJohn: Scope = { ...inRoom, viewer: { id: 1, email: 'user@example.com' } }

/** A dialect, what the frame is, on which socket, the frame, and what comes of it. */
export type Golden<In> = [dialect: DialectName, what: string, scope: Scope, given: In, expected: object[]]

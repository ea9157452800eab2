import { randomUUID } from 'node:crypto'
import type { Message } from '@parley/protocol'
import { expect } from 'vitest'
import { openLegacy, openSession, type Frame, type Socket } from '../client/socket.ts'

/** The native protocol, or that of one of the five documents. */
export const languages = ['native', 'marketplace', 'dating', 'community', 'school', 'support'] as const
export type Language = (typeof languages)[number]

/** Whom a message goes to, and how it is named. */
interface Here {
  conversation_id: number
  other: number
}

interface Typist {
  id: number
  name: string
}

interface Words {
  path: string
  say(content: string, here: Here): object
  /** Undefined for what a language has no words for. */
  type?(is_typing: boolean, here: Here): object
  read?(message_id: number): object
  /** What a message looks like to somebody, as the language's document has it. */
  message(message: Message, viewer: number): Frame
  typing?(typist: Typist, here: Here): Frame
  receipt?(reader: number, message_id: number): Frame
  status?(user_id: number): Frame
}

const at = expect.stringMatching(/^\d{4}-.*Z$/) as string
const timed = {
  receipt: (user_id: number, message_id: number) => ({
    ...{ type: 'read_receipt', message_id, user_id, timestamp: at },
  }),
  status: (user_id: number) => ({ type: 'user_status', user_id, status: 'online', timestamp: at }),
}
const read = (message_id: number): object => ({ type: 'read_receipt', message_id })

/** Each language by hand, so that what it says is not compared with itself. */
export const words: Record<Language, Words> = {
  native: {
    path: '/ws',
    say: (content, { conversation_id }) => ({
      ...{ type: 'chat_message', conversation_id, content, client_id: randomUUID() },
    }),
    type: (is_typing, { conversation_id }) => ({ type: 'typing_indicator', conversation_id, is_typing }),
    read,
    message: (message) => {
      const { conversation_id, seq, rev } = message
      return { type: 'chat_message', conversation_id, seq, rev, message }
    },
    typing: ({ id, name }, { conversation_id }) => ({
      ...{ type: 'typing_indicator', conversation_id, user_id: id, user_name: name },
      ...{ is_typing: true, timestamp: at },
    }),
    receipt: (user_id, message_id) => expect.objectContaining(timed.receipt(user_id, message_id)) as Frame,
  },
  marketplace: {
    path: '/ws/messaging/',
    say: (content, { conversation_id }) => ({ type: 'message', data: { conversation_id, content } }),
    type: (is_typing, { conversation_id }) => ({ type: 'typing', data: { conversation_id, is_typing } }),
    message: (message) => ({ type: 'message', data: message }),
    typing: ({ id, name }, { conversation_id }) => ({
      ...{ type: 'typing', data: { conversation_id, user_id: id, user_name: name, is_typing: true } },
    }),
    status: (user_id) => ({ type: 'user_status', data: { user_id, status: 'online' } }),
  },
  dating: {
    path: '/ws/conversations/{id}/',
    say: (content) => ({ type: 'message', content }),
    type: (is_typing) => ({ type: 'typing', is_typing }),
    read,
    message: ({ id, conversation_id, content, created_at, sender }) => ({
      ...{ type: 'new_message', conversation_id },
      message: {
        ...{ id, content, created_at, is_read: false, attachment: null },
        sender: { id: sender.id, username: sender.username, profile_picture: sender.profile_picture },
      },
    }),
    typing: ({ name }, { conversation_id }) => ({
      ...{ type: 'typing_indicator', conversation_id, is_typing: true, user_name: name },
    }),
    ...timed,
  },
  community: {
    path: '/ws/chat/{id}/',
    say: (content) => ({ type: 'chat_message', content, parent_message_id: null }),
    type: (is_typing) => ({ type: 'typing_indicator', is_typing }),
    read,
    message: ({ id, content, created_at, sender, is_edited, parent_message_id }) => ({
      type: 'chat_message',
      message: {
        ...{ id, content, parent_message_id, created_at, is_edited },
        sender: { id: sender.id, email: null, first_name: sender.first_name, last_name: sender.last_name },
      },
    }),
    typing: ({ id, name }) => ({
      ...{ type: 'typing_indicator', user_id: id, user_name: name, is_typing: true, timestamp: at },
    }),
    ...timed,
  },
  school: {
    path: '/school/ws/chat/',
    say: (message, { other }) => ({ receiver_id: other, message, attachment: null }),
    message: ({ id, content, created_at, sender }) => ({
      ...{ type: 'chat_message', id, sender_id: sender.id, sender_name: sender.first_name },
      ...{ message: content, attachment: null, timestamp: created_at },
    }),
  },
  support: {
    path: '/support/ws/chat/{id}/',
    say: (message) => ({ type: 'chat_message', message }),
    type: (is_typing) => ({ type: 'typing', is_typing }),
    read,
    message: ({ id, conversation_id, content, created_at, sender, client_id }, viewer) => ({
      ...{ type: 'chat_message', id, room_id: conversation_id, message: content, sender, is_admin: false },
      ...{ created_at, ...(sender.id === viewer && { client_id }) },
    }),
    typing: ({ id, name }) => ({ type: 'typing', user_id: id, user_name: name, is_typing: true }),
    receipt: timed.receipt,
    status: (user_id) => ({ type: 'user_status', user_id, status: 'online' }),
  },
}

export const open = (
  language: Language,
  gateway: string,
  { token, conversation_id }: { token: string; conversation_id: number },
): Promise<Socket> =>
  language === 'native'
    ? openSession(gateway, token)
    : openLegacy(gateway, words[language].path.replace('{id}', String(conversation_id)), token)

// Golden frames: the examples of the five documents, field by field.
import { expect, test } from 'vitest'
import {
  asJohn,
  AT,
  everything,
  file,
  inRoom,
  jane,
  john,
  message,
  notified,
  online,
  read,
  said,
  typed,
  type Golden,
} from './examples.fixture.ts'
import { dialects, type ServerEvent } from './index.ts'

test.each<Golden<ServerEvent>>([
  ['marketplace', 'a message', everything, said(), [{ type: 'message', data: message }]],
  [
    'marketplace',
    'typing',
    everything,
    typed,
    [{ type: 'typing', data: { conversation_id: 123, user_id: 1, user_name: 'John Doe', is_typing: true } }],
  ],
  [
    'marketplace',
    'status',
    everything,
    online,
    [{ type: 'user_status', data: { user_id: 1, status: 'online' } }],
  ],
  [
    'dating',
    'a match',
    everything,
    { type: 'new_match', match: { id: 1, user: jane, conversation_id: 123, created_at: AT } },
    [
      {
        type: 'new_match',
        data: {
          type: 'new_match',
          match: {
            id: 1,
            user: {
              id: 2,
              username: 'jane_doe',
              profile_picture: 'https://example.org/p.jpg',
              first_name: 'Jane',
              last_name: 'Doe',
            },
            created_at: AT,
          },
        },
      },
    ],
  ],
  [
    'dating',
    'a message',
    inRoom,
    said({ attachments: [file] }),
    [
      {
        type: 'new_message',
        conversation_id: 123,
        message: {
          id: 456,
          sender: { id: 1, username: 'john_doe', profile_picture: 'https://example.org/p.jpg' },
          content: 'Hello!',
          created_at: AT,
          is_read: false,
          attachment: 'https://example.com/file.pdf',
        },
      },
    ],
  ],
  [
    'dating',
    'typing',
    inRoom,
    typed,
    [{ type: 'typing_indicator', conversation_id: 123, is_typing: true, user_name: 'John Doe' }],
  ],
  ['dating', 'no message where notifications are', notified, said(), []],
  [
    'dating',
    'a receipt as community does',
    inRoom,
    read,
    [{ type: 'read_receipt', message_id: 456, user_id: 1, timestamp: AT }],
  ],
  [
    'community',
    'a message, without the e-mail of others',
    inRoom,
    said(),
    [
      {
        type: 'chat_message',
        message: {
          id: 456,
          content: 'Hello!',
          sender: { id: 1, email: null, first_name: 'John', last_name: 'Doe' },
          parent_message_id: null,
          created_at: AT,
          is_edited: false,
        },
      },
    ],
  ],
  [
    'community',
    'an own message, with the e-mail',
    asJohn,
    said(),
    [
      expect.objectContaining({
        message: expect.objectContaining({
          sender: { id: 1, email: 'user@example.com', first_name: 'John', last_name: 'Doe' },
        }),
      }),
    ],
  ],
  [
    'community',
    'typing',
    inRoom,
    typed,
    [{ type: 'typing_indicator', user_id: 1, user_name: 'John Doe', is_typing: true, timestamp: AT }],
  ],
  [
    'community',
    'a receipt',
    inRoom,
    read,
    [{ type: 'read_receipt', message_id: 456, user_id: 1, timestamp: AT }],
  ],
  [
    'community',
    'a reaction',
    inRoom,
    {
      type: 'message_reaction',
      ...{ conversation_id: 123, message_id: 456, emoji: '👍', user_id: 1, action: 'added', rev: 3 },
      timestamp: AT,
    },
    [{ type: 'message_reaction', message_id: 456, emoji: '👍', user_id: 1, action: 'added', timestamp: AT }],
  ],
  [
    'community',
    'an edit',
    inRoom,
    {
      type: 'message_edit',
      ...{ conversation_id: 123, message_id: 456, content: 'Updated', mentions: [] },
      ...{ edited_at: AT, rev: 3, timestamp: AT },
    },
    [{ type: 'message_edit', message_id: 456, content: 'Updated', edited_at: AT, timestamp: AT }],
  ],
  [
    'community',
    'a delete',
    inRoom,
    { type: 'message_delete', conversation_id: 123, message_id: 456, rev: 3, timestamp: AT },
    [{ type: 'message_delete', message_id: 456, timestamp: AT }],
  ],
  [
    'community',
    'status',
    inRoom,
    online,
    [{ type: 'user_status', user_id: 1, status: 'online', timestamp: AT }],
  ],
  ['community', 'nothing of another conversation', { ...inRoom, conversation_id: 9 }, said(), []],
  ['community', 'no note of the system', inRoom, said({ kind: 'system', client_id: null }), []],
  [
    'school',
    'a message',
    everything,
    said({ attachments: [file] }),
    [
      {
        type: 'chat_message',
        id: 456,
        sender_id: 1,
        sender_name: 'John Doe',
        message: 'Hello!',
        attachment: 'https://example.com/file.pdf',
        timestamp: AT,
      },
    ],
  ],
  [
    'school',
    'what was sent',
    everything,
    { type: 'ack', message_id: 456 },
    [{ type: 'message_sent', id: 456 }],
  ],
  [
    'school',
    'an error',
    everything,
    {
      type: 'error',
      code: 'invalid',
      message: 'A field is missing or wrong',
      errors: [{ path: 'receiver_id', message: 'is required' }],
    },
    [{ type: 'error', error: 'receiver_id is required', code: 'invalid' }],
  ],
  [
    'school',
    'a notification',
    notified,
    {
      type: 'notify',
      ...{ id: 5, title: 'New Notice', message: 'Exam schedule released', notification_type: 'notice' },
      timestamp: AT,
    },
    [
      {
        type: 'notify',
        id: 5,
        title: 'New Notice',
        message: 'Exam schedule released',
        notification_type: 'notice',
        timestamp: AT,
      },
    ],
  ],
  [
    'support',
    'a message of the staff',
    inRoom,
    said(),
    [
      {
        type: 'chat_message',
        id: 456,
        room_id: 123,
        message: 'Hello!',
        sender: john,
        is_admin: true,
        created_at: AT,
      },
    ],
  ],
  [
    'support',
    'typing',
    inRoom,
    typed,
    [{ type: 'typing', user_id: 1, user_name: 'John Doe', is_typing: true }],
  ],
  [
    'support',
    'a receipt',
    inRoom,
    read,
    [{ type: 'read_receipt', message_id: 456, user_id: 1, timestamp: AT }],
  ],
  ['support', 'status', inRoom, online, [{ type: 'user_status', user_id: 1, status: 'online' }]],
])('%s writes %s', (...[name, , scope, event, frames]) => {
  expect(dialects[name].encode(event, scope)).toEqual(frames)
})

test('whoever sent a message knows it by its client_id', () => {
  const [frame] = dialects.support.encode(said(), asJohn)

  expect(frame).toMatchObject({ client_id: message.client_id })
})

test('each path without the name of its dialect leads to one dialect', () => {
  const defaults = Object.values(dialects).flatMap(({ sockets }) =>
    sockets.filter(({ isRootDefault }) => isRootDefault).map(({ path }) => path),
  )

  expect(defaults.toSorted()).toEqual([
    '/ws/chat/',
    '/ws/chat/{conversation_id}/',
    '/ws/conversations/{conversation_id}/',
    '/ws/messaging/',
    '/ws/notifications/',
  ])
})

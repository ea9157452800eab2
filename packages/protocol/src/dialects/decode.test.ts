// Golden frames: the examples of the five documents, field by field.
import { expect, test } from 'vitest'
import { everything, inRoom, notified, type Golden } from './examples.fixture.ts'
import { dialects } from './index.ts'

test.each<Golden<Record<string, unknown>>>([
  [
    'marketplace',
    'a message',
    everything,
    { type: 'message', data: { conversation_id: 123, content: 'Hello!' } },
    [{ type: 'chat_message', conversation_id: 123, content: 'Hello!' }],
  ],
  [
    'marketplace',
    'typing, with an id as text',
    everything,
    { type: 'typing', data: { conversation_id: '123', is_typing: true } },
    [{ type: 'typing_indicator', conversation_id: 123, is_typing: true }],
  ],
  [
    'dating',
    'ping',
    everything,
    { type: 'ping', timestamp: '2024-01-01T00:00:00Z' },
    [{ type: 'ping', timestamp: '2024-01-01T00:00:00Z' }],
  ],
  ['dating', 'subscribe', everything, { type: 'subscribe', subscription_type: 'matches' }, []],
  [
    'dating',
    'a message with an attachment',
    inRoom,
    { type: 'message', content: 'Hello!', attachment: 'https://example.com/file.pdf' },
    [
      {
        type: 'chat_message',
        conversation_id: 123,
        content: 'Hello!',
        attachments: [{ url: 'https://example.com/file.pdf' }],
      },
    ],
  ],
  [
    'dating',
    'typing',
    inRoom,
    { type: 'typing', is_typing: true },
    [{ type: 'typing_indicator', conversation_id: 123, is_typing: true }],
  ],
  [
    'dating',
    'a receipt',
    inRoom,
    { type: 'read_receipt', message_id: 123 },
    [{ type: 'read_receipt', message_id: 123 }],
  ],
  [
    'community',
    'a message',
    inRoom,
    { type: 'chat_message', content: 'Hello, this is a message!', parent_message_id: null },
    [{ type: 'chat_message', conversation_id: 123, content: 'Hello, this is a message!' }],
  ],
  [
    'community',
    'an answer in a thread',
    inRoom,
    { type: 'chat_message', content: 'yes', parent_message_id: 456 },
    [{ type: 'chat_message', conversation_id: 123, content: 'yes', parent_message_id: 456 }],
  ],
  [
    'community',
    'typing',
    inRoom,
    { type: 'typing_indicator', is_typing: true },
    [{ type: 'typing_indicator', conversation_id: 123, is_typing: true }],
  ],
  [
    'community',
    'a reaction',
    inRoom,
    { type: 'message_reaction', message_id: 456, emoji: '👍' },
    [{ type: 'message_reaction', message_id: 456, emoji: '👍' }],
  ],
  [
    'community',
    'an edit',
    inRoom,
    { type: 'message_edit', message_id: 456, content: 'Updated message content' },
    [{ type: 'message_edit', message_id: 456, content: 'Updated message content' }],
  ],
  [
    'community',
    'a delete',
    inRoom,
    { type: 'message_delete', message_id: 456 },
    [{ type: 'message_delete', message_id: 456 }],
  ],
  [
    'school',
    'an untyped message',
    everything,
    { receiver_id: 123, message: 'Hello!', attachment: 'https://example.com/file.pdf' },
    [
      {
        type: 'chat_message',
        receiver_id: 123,
        content: 'Hello!',
        attachments: [{ url: 'https://example.com/file.pdf' }],
      },
    ],
  ],
  [
    'school',
    'an untyped message without attachment',
    everything,
    { receiver_id: '123', message: 'Hello!', attachment: null },
    [{ type: 'chat_message', receiver_id: 123, content: 'Hello!' }],
  ],
  [
    'support',
    'a message',
    inRoom,
    { type: 'chat_message', message: '...' },
    [{ type: 'chat_message', conversation_id: 123, content: '...' }],
  ],
  [
    'support',
    'typing',
    inRoom,
    { type: 'typing', is_typing: false },
    [{ type: 'typing_indicator', conversation_id: 123, is_typing: false }],
  ],
])('%s reads %s', (...[name, , scope, frame, commands]) => {
  expect(dialects[name].decode(frame, scope)).toEqual({ commands })
})

test.each<Golden<Record<string, unknown>>>([
  [
    'school',
    'a missing receiver',
    everything,
    { message: 'Hello!' },
    [{ path: 'receiver_id', message: 'is required' }],
  ],
  [
    'school',
    'an empty receiver',
    everything,
    { receiver_id: '', message: 'Hello!' },
    [{ path: 'receiver_id', message: 'must be an id' }],
  ],
  [
    'marketplace',
    'missing data',
    everything,
    { type: 'message' },
    [{ path: 'data', message: 'is required' }],
  ],
  [
    'dating',
    'an attachment that is no address',
    inRoom,
    { type: 'message', content: 'x', attachment: 'javascript:alert(1)' },
    [{ path: 'attachment', message: 'Invalid URL' }],
  ],
  [
    'dating',
    'a message where notifications are',
    notified,
    { type: 'message', content: 'x' },
    [{ path: 'type', message: 'is not a known type of frame' }],
  ],
  [
    'community',
    'the name of an inherited property',
    inRoom,
    { type: 'constructor' },
    [{ path: 'type', message: 'is not a known type of frame' }],
  ],
  [
    'support',
    'a type that is no text',
    inRoom,
    { type: 5 },
    [{ path: 'type', message: 'is not a known type of frame' }],
  ],
])('%s refuses %s', (...[name, , scope, frame, faults]) => {
  expect(dialects[name].decode(frame, scope)).toEqual({ faults })
})

import {
  getUser,
  logOut,
  markRead,
  openConversation,
  sendMessage,
  setTyping,
  timestamp,
} from '@parley/protocol'
import { handle, RpcError } from '@parley/service-kit'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { TestSocket } from './test-socket.ts'
import { ada, ben, card, startWorld, type World } from './world.ts'

let world: World
let socket: TestSocket
const client_id = '0197f6a2-7c1e-7000-8000-000000000001'
const here = 7 * 256 + 7
const typing: unknown[] = []

beforeAll(async () => {
  const conversation = {
    ...{ id: here, kind: 'direct' as const, title: null, picture: null, participants: [] },
    ...{ member_count: 2, last_message: null, last_seq: 0 },
    ...{ unread_count: 0, read_seq: 0, muted_until: null, state: 'open' as const },
    ...{ is_pinned: false, is_archived: false, draft: null, pinned_message_ids: [] },
    ...{ created_at: timestamp(new Date(0)), updated_at: timestamp(new Date(0)) },
  }
  world = await startWorld({
    handlers: [
      handle(getUser, async ({ user_id }) => card(user_id)),
      handle(openConversation, async () => ({ existed: false, conversation })),
      handle(logOut, async () => ({})),
    ],
    lanes: [
      handle(sendMessage, async () => {
        throw new RpcError('rate_limited', { retry_after_ms: 1_500 })
      }),
      handle(setTyping, async (input) => {
        typing.push(input)
        return {}
      }),
      handle(markRead, async (input) => {
        const { conversation_id = 0, seq = 0 } = input
        return { conversation_id, read_seq: seq, delivered_seq: seq, unread_count: 0 }
      }),
    ],
  })
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(async () => {
  socket = await world.live(ada)
  return () => socket[Symbol.asyncDispose]()
})

const ask = async (frame: object, type = 'error') => {
  socket.send(frame)
  return socket.next(type)
}

test('an ack has the fields that the definition names', async () => {
  const ack = await ask({ type: 'read_receipt', conversation_id: here, seq: 5, ref: 'r' }, 'ack')

  expect(ack).toEqual({ type: 'ack', ref: 'r', conversation_id: here, read_seq: 5, unread_count: 0 })
})

test('a command without fields to tell is acknowledged only where a ref asks for it', async () => {
  socket.send({ type: 'typing_indicator', conversation_id: here, is_typing: true })
  const ack = await ask(
    { type: 'typing_indicator', conversation_id: here, is_typing: false, ref: 't' },
    'ack',
  )

  expect(ack).toEqual({ type: 'ack', ref: 't' })
  expect(socket.frames.filter(({ type }) => type === 'ack')).toHaveLength(1)
  expect(typing).toHaveLength(2)
})

test('S3: a frame that cannot be done is answered by an error, with ref, client_id, and when to come again', async () => {
  const error = await ask({ type: 'chat_message', conversation_id: here, content: 'x', client_id, ref: 's' })

  expect(error).toEqual({
    type: 'error',
    ref: 's',
    client_id,
    code: 'rate_limited',
    message: 'Too many requests',
    retry_after_ms: 1_500,
    trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
  })
})

test.each([
  ['an unknown type', { type: 'nothing' }, 'type'],
  ['no type', { ref: 'r' }, 'type'],
  ['a type that is no text', { type: 5 }, 'type'],
  ['a type of the server', { type: 'welcome' }, 'type'],
  ['a name of every object', { type: 'constructor' }, 'type'],
  ['a ref that is no text', { type: 'ping', ref: 5 }, 'ref'],
  ['a ref that is too long', { type: 'ping', ref: 'x'.repeat(65) }, 'ref'],
  ['a missing field', { type: 'typing_indicator', conversation_id: here }, 'is_typing'],
  [
    'a field of a wrong type',
    { type: 'typing_indicator', conversation_id: '7', is_typing: true },
    'conversation_id',
  ],
  ['a send without client_id', { type: 'chat_message', conversation_id: here, content: 'x' }, 'client_id'],
  [
    'a send with client_id null',
    { type: 'chat_message', conversation_id: here, content: 'x', client_id: null },
    'client_id',
  ],
  [
    'a send that is empty',
    { type: 'chat_message', conversation_id: here, content: '', client_id },
    'content',
  ],
  [
    'a send that is too long',
    { type: 'chat_message', conversation_id: here, content: 'x'.repeat(4_001), client_id },
    'content',
  ],
  [
    'a send with half a character',
    { type: 'chat_message', conversation_id: here, content: '\ud800', client_id },
    'content',
  ],
  ['a send to nowhere', { type: 'chat_message', content: 'x', client_id }, 'conversation_id'],
  ['a hello with a number as cursor', { type: 'hello', cursor: 5 }, 'cursor'],
  ['a pull of nothing', { type: 'pull', after_rev: 0 }, 'conversation_id'],
  ['a request without method', { type: 'request' }, 'method'],
  [
    'a request with wrong params',
    { type: 'request', method: 'auth.get_user', params: { user_id: 'x' } },
    'user_id',
  ],
])('%s is refused by name and the socket stays open', async (_, frame, path) => {
  const error = await ask(frame)

  expect(error).toMatchObject({
    code: 'invalid',
    errors: expect.arrayContaining([expect.objectContaining({ path })]),
  })
  await ask({ type: 'ping', timestamp: 'still here' }, 'pong')
})

test('S1: ping is answered by pong with its timestamp', async () => {
  expect(await ask({ type: 'ping', timestamp: 1_767_225_600_000, ref: 'p' }, 'pong')).toEqual({
    type: 'pong',
    ref: 'p',
    timestamp: 1_767_225_600_000,
  })
})

test('numbers that are none and keys of prototypes harm nobody', async () => {
  socket.send(`{"type":"typing_indicator","conversation_id":1e400,"is_typing":true,"ref":"n"}`)
  expect(await socket.next('error')).toMatchObject({ ref: 'n', code: 'invalid' })
  socket.send(`{"type":"ping","__proto__":{"ref":"evil"},"timestamp":{"__proto__":{"a":1}}}`)
  const pong = await socket.next('pong')

  expect(Object.keys(pong)).toEqual(['type', 'timestamp'])
})

test('request calls any operation of HTTP by its name and gets the body of its answer', async () => {
  const request = (method: string, params = {}) =>
    ask({ type: 'request', method, params, ref: method }, 'response')

  expect(await request('auth.get_user', { user_id: ben })).toEqual({
    type: 'response',
    ref: 'auth.get_user',
    result: card(ben),
  })
  expect(await request('messaging.open_conversation', { kind: 'direct', user_id: ben })).toMatchObject({
    result: { id: here, kind: 'direct' },
  })
  expect(await request('auth.log_out')).toMatchObject({ result: null })
})

test.each(['nothing.at_all', 'messaging.sync', 'messaging.describe_lanes', 'auth.list_cards'])(
  'request does not reach %s, which HTTP does not either',
  async (method) => {
    expect(await ask({ type: 'request', method, ref: 'm' })).toMatchObject({ ref: 'm', code: 'not_found' })
  },
)

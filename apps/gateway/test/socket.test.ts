import { sendMessage, setTyping, subjects, sync, timestamp, type Caller } from '@parley/protocol'
import { encodeLanePart, handle, handleFrames, type LanePart } from '@parley/service-kit'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestSocket } from './test-socket.ts'
import { ada, ben, card, startWorld, type World } from './world.ts'

let world: World
const callers: (Caller | undefined)[] = []
const here = 7 * 256 + 7

beforeAll(async () => {
  world = await startWorld({
    lanes: [
      handle(sendMessage, async (input, { caller, fail }) => {
        callers.push(caller)
        if (input.content === 'refused') throw fail('conversation_not_found')
        const created_at = timestamp(new Date())
        const id = 9 * 256 + 7
        const place = { conversation_id: here, seq: 3, rev: 4 }
        return {
          ...place,
          client_id: input.client_id ?? null,
          message_id: id,
          created_at,
          duplicate: false,
          message: {
            ...place,
            id,
            client_id: input.client_id ?? null,
            kind: 'text' as const,
            content: input.content ?? '',
            sender: card(caller.user_id),
            parent_message_id: null,
            attachments: [],
            reactions: {},
            reply_count: 0,
            mentions: [],
            quote: null,
            forwarded_from: null,
            system: null,
            created_at,
            is_edited: false,
            edited_at: null,
            is_deleted: false,
          },
        }
      }),
      handle(setTyping, async () => ({})),
    ],
    handlers: [
      handleFrames(sync, async ({ cursor }) => ({
        output: { cursor: `${cursor ?? 'now'}+`, epoch: 'e1', continuation: null },
        frames:
          cursor === undefined ? [] : ['{"type":"chat_message","n":1}', '{"type":"chat_message","n":2}'],
      })),
    ],
  })
})
afterAll(() => world[Symbol.asyncDispose]())

const message = (more = {}) => ({
  type: 'chat_message',
  conversation_id: here,
  content: 'hello',
  client_id: '0197f6a2-7c1e-7000-8000-000000000001',
  ...more,
})

test('S1: a socket authenticates, is welcomed, and gets what it missed', async () => {
  await using socket = await world.connect({ token: await world.issuer.token(ada) })
  socket.send({ type: 'hello', cursor: 'then' })
  await socket.next('caught_up')

  expect(socket.frames).toEqual([
    {
      type: 'welcome',
      session_id: `session-${ada}`,
      user: expect.objectContaining({ id: ada, role: 'user' }),
      heartbeat_ms: 25_000,
      epoch: 'e1',
      limits: {
        frame_bytes: 65_536,
        content_chars: 4_000,
        sends_per_second: 5,
        burst: 60,
        watch: 100,
        sockets_per_user: 10,
        attached: 3,
      },
    },
    { type: 'chat_message', n: 1 },
    { type: 'chat_message', n: 2 },
    { type: 'caught_up', cursor: 'then+' },
  ])
})

test('frames that come by their lane reach those whom they are for, in order with what comes by person', async () => {
  const opened = async (who: number) => {
    const socket = await world.connect({ token: await world.issuer.token(who) })
    socket.send({ type: 'hello' })
    await socket.next('caught_up')
    return socket
  }
  await using adas = await opened(ada)
  await using second = await opened(ada)
  await using bens = await opened(ben)
  const said = (n: number, content = '') => JSON.stringify({ type: 'chat_message', n, content })
  const { nats } = world.bus
  const toBoth = { kind: 'd', userIds: [ada, ben], frames: `${said(1)}\n${said(2, 'größer 🧭')}` } as const
  const parts: LanePart[] = [
    toBoth,
    { kind: 'd', userIds: [4_711 * 256], frames: said(3) },
    { kind: 'e', userIds: [ben], frames: said(4) },
  ]
  nats.publish(subjects.laneFrames(2), parts.map(encodeLanePart).join(''))
  nats.publish(subjects.user(ada, 'd'), said(5))
  nats.publish(subjects.laneFrames(3), encodeLanePart({ ...toBoth, frames: said(6) }))
  await nats.flush()

  const heard = async (socket: TestSocket) => {
    socket.send({ type: 'ping' })
    await socket.next('pong')
    return socket.frames.filter(({ type }) => type === 'chat_message').map(({ n }) => n)
  }
  expect(await heard(adas)).toEqual([1, 2, 5, 6])
  expect(await heard(second)).toEqual([1, 2, 5, 6])
  expect(await heard(bens)).toEqual([1, 2, 4, 6])
  expect(bens.frames).toContainEqual({ type: 'chat_message', n: 2, content: 'größer 🧭' })
})

test('S1: metrics count sockets and frames', async () => {
  const sockets = () => world.metric('parley_sockets')
  const received = () => world.metric('parley_frames_in_total', 'data')
  await eventually(async () => expect(await sockets()).toBe(0))
  const before = await received()
  await using socket = await world.live(ada)
  socket.send(message())
  await socket.next('ack')

  expect(await sockets()).toBe(1)
  // `hello` and the message.
  expect(await received()).toBe(before + 2)
})

test('S3: a send is acknowledged to the socket that made it, with its ref and the fields of the ack', async () => {
  await using socket = await world.live(ada)
  socket.send(message({ ref: 'r"1' }))
  const ack = await socket.next('ack')

  expect(ack).toEqual({
    type: 'ack',
    ref: 'r"1',
    client_id: message().client_id,
    message_id: 9 * 256 + 7,
    conversation_id: here,
    seq: 3,
    rev: 4,
    created_at: expect.any(String),
    duplicate: false,
  })
  expect(callers.at(-1)).toEqual({ user_id: ada, session_id: `session-${ada}`, role: 'user' })
})

test('S0: frames of a person reach all their sockets and nobody else, as they are on the bus', async () => {
  await using first = await world.live(ada)
  await using second = await world.live(ada)
  await using other = await world.live(ben)
  const frames = ['{"type":"chat_message","rev":1}', '{"type":"chat_message","content":"é😀\\n"}']
  world.bus.nats.publish(subjects.user(ada, 'd'), frames.join('\n'))
  other.send({ type: 'ping', timestamp: 5, ref: 'p' })

  for (const socket of [first, second]) {
    await socket.next('chat_message')
    await socket.next('chat_message')
    expect(socket.frames.slice(-2)).toEqual(frames.map((frame) => JSON.parse(frame) as unknown))
  }
  expect(await other.next('pong')).toEqual({ type: 'pong', ref: 'p', timestamp: 5 })
  expect(other.frames.map(({ type }) => type)).toEqual(['welcome', 'caught_up', 'pong'])
})

import { describeLanes, getMe, pull, subjects, sync, timestamp } from '@parley/protocol'
import { handle, handleFrames, RpcError } from '@parley/service-kit'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ada, ben, card, startWorld, type World } from './world.ts'
import type { TestSocket } from './test-socket.ts'

let world: World
/** What the next syncs do; each is used once. */
let replies: ((input: { cursor?: string; continuation?: string }) => Promise<SyncReply>)[] = []
let meFailures = 0

interface SyncReply {
  output: { cursor: string; epoch: string; continuation: string | null }
  frames: string[]
}

beforeAll(async () => {
  world = await startWorld({
    handlers: [
      handleFrames(sync, async (input) => {
        const reply = replies.shift()
        if (reply) return reply(input as { cursor?: string; continuation?: string })
        return { output: { cursor: 'end', epoch: 'e1', continuation: null }, frames: [] }
      }),
      handleFrames(pull, async ({ conversation_id, after_rev, limit }, { fail }) => {
        if (conversation_id !== 7) throw fail('conversation_not_found')
        const frames = [`{"type":"chat_message","rev":${after_rev + (limit ?? 1)}}`]
        return { output: { conversation_id, rev: 9, has_more: true }, frames }
      }),
      handle(getMe, async (_, { caller }) => {
        if (meFailures-- > 0) throw new RpcError('unavailable')
        const user = { ...card(caller.user_id), email: null, phone: null, role: caller.role }
        return { ...user, created_at: timestamp(new Date(0)) }
      }),
      handle(describeLanes, async () => ({ lanes: 1, epoch: 'e2', sends_per_second: 2.5, burst: 9 })),
    ],
  })
})
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(() => {
  replies = []
  meFailures = 0
})

const typed = (socket: TestSocket) =>
  socket.frames.map(({ type, n }) => (n === undefined ? type : `${type} ${String(n)}`))
const page = (frames: string[], continuation: string | null = null): SyncReply => ({
  output: { cursor: 'end', epoch: 'e1', continuation },
  frames,
})
const frame = (n: number) => `{"type":"chat_message","n":${n}}`
const publish = (n: number) => world.bus.nats.publish(subjects.user(ada, 'd'), frame(n))
const connect = async (userId: number) => world.connect({ token: await world.issuer.token(userId) })

test('live frames that come during a replay are sent after it, before the cursor', async () => {
  replies = [
    async () => {
      publish(11)
      return page([frame(1), frame(2)], 'more')
    },
    async ({ continuation }) => {
      publish(12)
      return page([continuation === 'more' ? frame(3) : frame(-1)])
    },
  ]
  await using socket = await connect(ada)
  socket.send({ type: 'hello', cursor: 'old' })
  await socket.next('caught_up')
  publish(13)
  await world.bus.nats.flush()
  socket.send({ type: 'ping' })
  await socket.next('pong')

  const replayed = [1, 2, 3, 11, 12].map((n) => `chat_message ${n}`)
  expect(typed(socket).slice(0, 7)).toEqual(['welcome', ...replayed, 'caught_up'])
  expect(typed(socket)).toContain('chat_message 13')
})

test('a replay that more than a megabyte of live frames would have to wait for ends with 4008', async () => {
  const ended = Promise.withResolvers<void>()
  replies = [
    async () => {
      const large = `{"type":"chat_message","x":"${'x'.repeat(60_000)}"}`
      for (let i = 0; i < 20; i++) world.bus.nats.publish(subjects.user(ada, 'd'), large)
      await ended.promise
      return page([frame(1)])
    },
  ]
  await using socket = await connect(ada)
  socket.send({ type: 'hello', cursor: 'old' })
  const { code } = await socket.closed
  ended.resolve()

  expect(code).toBe(4008)
  expect(socket.frames).toEqual([])
})

test('ephemeral frames do not wait for a replay, and do not come in the midst of it', async () => {
  replies = [
    async () => {
      world.bus.nats.publish(subjects.user(ada, 'e'), '{"type":"typing_indicator"}')
      return page([frame(1)])
    },
  ]
  await using socket = await connect(ada)
  socket.send({ type: 'hello', cursor: 'old' })
  await socket.next('caught_up')
  world.bus.nats.publish(subjects.user(ada, 'e'), '{"type":"typing_indicator","n":2}')
  await socket.next('typing_indicator')

  expect(typed(socket)).toEqual(['welcome', 'chat_message 1', 'caught_up', 'typing_indicator 2'])
})

test('a cursor that cannot be continued is answered by welcome, reset and close 4010', async () => {
  replies = [
    async () => {
      throw new RpcError('cursor_reset')
    },
  ]
  await using socket = await connect(ada)
  socket.send({ type: 'hello', cursor: 'lost' })
  const { code } = await socket.closed

  expect(code).toBe(4010)
  expect(typed(socket)).toEqual(['welcome', 'reset'])
  expect(socket.frames[0]).toMatchObject({ epoch: 'e2', limits: { sends_per_second: 2.5, burst: 9 } })
  expect(socket.frames[1]).toEqual({ type: 'reset', reason: 'cursor_reset' })
})

test('a service that restarts while a session opens delays it', async () => {
  meFailures = 2
  await using socket = await connect(ada)
  socket.send({ type: 'hello' })

  expect(await socket.next('caught_up')).toEqual({ type: 'caught_up', cursor: 'end' })
})

test('a session that cannot be opened is refused and may be tried elsewhere', async () => {
  replies = [
    async () => {
      throw new Error('broken')
    },
  ]
  await using socket = await connect(ada)
  socket.send({ type: 'hello', ref: 'h' })

  expect(await socket.next('error')).toMatchObject({ ref: 'h', code: 'internal' })
  expect((await socket.closed).code).toBe(4013)
})

test('hello is said once', async () => {
  await using socket = await world.live(ada)
  socket.send({ type: 'hello', ref: 'again' })

  expect(await socket.next('error')).toMatchObject({ ref: 'again', code: 'invalid' })
})

test('sync sends what changed and a new cursor', async () => {
  await using socket = await world.live(ada)
  replies = [
    async ({ cursor }) => ({ ...page([frame(5)]), output: { ...page([]).output, cursor: `${cursor}!` } }),
  ]
  socket.send({ type: 'sync', cursor: 'end' })

  expect(await socket.next('caught_up')).toEqual({ type: 'caught_up', cursor: 'end!' })
  expect(typed(socket).slice(2)).toEqual(['chat_message 5', 'caught_up'])
})

test('F20: a replay larger than a slow reader may owe reaches a slow reader whole', async () => {
  const large = Array.from(
    { length: 15 },
    (_, n) => `{"type":"chat_message","n":${n},"x":"${'x'.repeat(60_000)}"}`,
  )
  const pages = 16
  for (let left = pages - 1; left >= 0; left--)
    replies.push(async () => page(large, left > 0 ? `${left}` : null))
  await using socket = await connect(ben)
  socket.send({ type: 'hello', cursor: 'old' })
  await socket.next('welcome')
  socket.ws.pause()
  await new Promise((resolve) => setTimeout(resolve, 700))
  socket.ws.resume()
  await socket.next('caught_up')

  expect(typed(socket).filter((type) => type.startsWith('chat'))).toHaveLength(15 * pages)
})

test('pull sends frames and then its response', async () => {
  await using socket = await world.live(ada)
  socket.send({ type: 'pull', conversation_id: 7, after_rev: 3, limit: 2, ref: 'p' })
  const response = await socket.next('response')

  expect(socket.frames.slice(2)).toEqual([
    { type: 'chat_message', rev: 5 },
    { type: 'response', ref: 'p', result: { conversation_id: 7, rev: 9, has_more: true } },
  ])
  expect(response['ref']).toBe('p')
  socket.send({ type: 'pull', conversation_id: 8, after_rev: 3, ref: 'q' })
  expect(await socket.next('error')).toMatchObject({ ref: 'q', code: 'conversation_not_found' })
})

test('S0, S1: a socket that is gone gets nothing more', async () => {
  const first = await world.live(ada)
  await first[Symbol.asyncDispose]()
  await using second = await world.live(ada)
  publish(1)

  expect(await second.next('chat_message')).toMatchObject({ n: 1 })
})

import { setTimeout as delay } from 'node:timers/promises'
import {
  checkLane,
  describeLanes,
  getMe,
  listCards,
  listKeys,
  markRead,
  setTyping,
  subjects,
  sync,
  type Caller,
  type Output,
} from '@parley/protocol'
import { eventually, startTestNats } from '@parley/testkit'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import {
  connectBus,
  createMetrics,
  handle,
  handleFrames,
  RpcError,
  type Bus,
  type Handler,
} from '../src/index.ts'
import { createLogLines } from './log-lines.ts'

const ada: Caller = { user_id: 511, session_id: 's', role: 'user' }
const adaUser: Output<typeof getMe> = {
  ...{ id: 511, username: 'ada', first_name: 'Ada', last_name: 'Lovelace', profile_picture: null },
  ...{ email: 'ada@example.org', phone: null, role: 'user', created_at: '2026-01-01T00:00:00.000Z' },
}
const stack = new AsyncDisposableStack()
const { log, lines } = createLogLines()
let url: string
let asking: Bus
let answering: Bus

const connect = (service: string, bus = log) =>
  connectBus({ service, instance: '', url, log: bus, metrics: createMetrics(service) })
/** Answers for the length of one test. */
async function serve(...handlers: Handler[]): Promise<AsyncDisposable> {
  const serving = await answering.serve(handlers)
  onTestFinished(() => serving[Symbol.asyncDispose]())
  return serving
}
async function serveLane(lane: number, ...handlers: Handler[]): Promise<AsyncDisposable> {
  const serving = await answering.serveLane(lane, handlers)
  onTestFinished(() => serving[Symbol.asyncDispose]())
  return serving
}
/** Answers after its caller has given up. */
const slowKeys = handle(listKeys, () => delay(500, { keys: [] }))
const noCards = handle(listCards, async () => ({ items: [] }))
const code = (call: Promise<unknown>) => call.then(() => 'answered').catch((err: RpcError) => err.code)

beforeAll(async () => {
  url = stack.use(await startTestNats()).url
  asking = stack.use(await connect('gateway'))
  answering = stack.use(await connect('messaging'))
  const facts = { lanes: 2, epoch: 'e', sends_per_second: 5, burst: 60 }
  stack.use(await answering.serve([handle(describeLanes, async () => facts)]))
})
afterAll(() => stack.disposeAsync())

test('a request that nobody answers is `unavailable` at once; one that is not answered in time is `timeout`', async () => {
  expect(await code(asking.call(listKeys, {}))).toBe('unavailable')

  await serve(slowKeys)

  expect(await code(asking.call(listKeys, {}, { timeoutMs: 50 }))).toBe('timeout')
})

test('who asks once `serve` has resolved is heard', async () => {
  for (let i = 0; i < 100; i++) {
    await using _ = await answering.serve([noCards])
    expect(await code(asking.call(listCards, { user_ids: [] }))).toBe('answered')
  }
})

test('instances of a service share its requests, each is answered by one', async () => {
  const other = await connect('messaging')
  onTestFinished(() => other[Symbol.asyncDispose]())
  const answered = { here: 0, there: 0 }
  const counting = (where: 'here' | 'there') =>
    handle(listCards, async () => {
      answered[where]++
      return { items: [] }
    })
  await serve(counting('here'))
  const there = await other.serve([counting('there')])

  await Promise.all(Array.from({ length: 100 }, () => asking.call(listCards, { user_ids: [] })))
  await there[Symbol.asyncDispose]()

  expect(answered.here + answered.there).toBe(100)
  expect(Math.min(answered.here, answered.there)).toBeGreaterThan(0)
})

test('who stops serving answers what is under way, and is asked nothing more', async () => {
  let finish = (): void => undefined
  const started = new Promise<void>((resolve) => {
    finish = resolve
  })
  let isAsked = false
  const slow = handle(listCards, async () => {
    isAsked = true
    await started
    return { items: [] }
  })
  const serving = await answering.serve([slow])
  const call = asking.call(listCards, { user_ids: [] })
  await eventually(() => expect(isAsked).toBe(true))

  const stopped = serving[Symbol.asyncDispose]()
  await eventually(async () =>
    expect(await code(asking.call(listCards, { user_ids: [] }, { timeoutMs: 50 }))).toBe('unavailable'),
  )
  finish()

  expect(await call).toEqual({ items: [] })
  await stopped
})

test('who stops serving does not wait for ever for what never ends', { timeout: 20_000 }, async () => {
  let isAsked = false
  const endless = handle(listKeys, () => {
    isAsked = true
    return new Promise<never>(() => undefined)
  })
  const serving = await answering.serve([endless])
  const call = code(asking.call(listKeys, {}, { timeoutMs: 200 }))
  await eventually(() => expect(isAsked).toBe(true))

  await serving[Symbol.asyncDispose]()

  expect(await call).toBe('timeout')
  expect(lines.at(-1)).toMatchObject({ msg: 'stopped serving before all was answered', under_way: 1 })
})

test('requests of a lane reach its owner in the order of asking, and each gets its own answer', async () => {
  const seen: number[] = []
  await serveLane(
    1,
    handle(markRead, async ({ conversation_id, seq }, { fail }) => {
      seen.push(seq as number)
      if (seq === 3) throw fail('conversation_not_found')
      return {
        conversation_id: conversation_id as number,
        read_seq: seq as number,
        delivered_seq: 0,
        unread_count: 0,
      }
    }),
  )

  const answers = await Promise.allSettled(
    [1, 2, 3, 4].map((seq) => asking.call(markRead, { conversation_id: 511, seq }, { caller: ada })),
  )

  expect(seen).toEqual([1, 2, 3, 4])
  expect(
    answers.map((answer) => (answer.status === 'fulfilled' ? answer.value.read_seq : answer.reason)),
  ).toEqual([1, 2, expect.objectContaining({ code: 'conversation_not_found' }), 4])
})

test('a lane without an owner answers once it has one', async () => {
  const early = asking.call(checkLane, { shard: 0 })
  const answered = asking.call(setTyping, { conversation_id: 256, is_typing: true }, { caller: ada })
  await serveLane(
    0,
    handle(checkLane, async () => ({})),
    handle(setTyping, async () => ({})),
  )

  expect(await early).toEqual({})
  expect(await answered).toEqual({})
})

test('what an owner left unanswered ends, as perhaps done, once its lane has another one', async () => {
  const heard = Promise.withResolvers<void>()
  const dead = answering.nats.subscribe(subjects.lane(1), { callback: () => heard.resolve() })
  const early = code(asking.call(checkLane, { shard: 1 }, { timeoutMs: 60_000 }))
  await heard.promise
  dead.unsubscribe()
  await delay(200)
  await serveLane(
    1,
    handle(checkLane, async () => ({})),
  )

  expect(await early).toBe('timeout')
  expect(await code(asking.call(checkLane, { shard: 1 }))).toBe('answered')
})

test('an unknown request of a lane does not keep the others from their answers', async () => {
  await serveLane(
    0,
    handle(checkLane, async () => ({})),
  )

  const calls = [
    asking.call(setTyping, { conversation_id: 256, is_typing: true }, { caller: ada }),
    asking.call(checkLane, { shard: 0 }),
  ]

  expect(await Promise.all(calls.map(code))).toEqual(['not_found', 'answered'])
})

test('a call ends before the request on whose behalf it is', async () => {
  await serve(slowKeys)
  const started = performance.now()

  expect(await code(asking.call(listKeys, {}, { deadline: started + 400 }))).toBe('timeout')

  expect(performance.now()).toBeLessThan(started + 400)
})

test('a call without time left is not made', async () => {
  let calls = 0
  await serve(
    handle(listCards, async () => {
      calls++
      return { items: [] }
    }),
  )

  expect(await code(asking.call(listCards, { user_ids: [] }, { deadline: performance.now() }))).toBe(
    'unavailable',
  )
  expect(await code(asking.call(listCards, { user_ids: [] }))).toBe('answered')
  expect(calls).toBe(1)
})

test('a handler knows its caller, their client, the trace, and until when an answer is of use', async () => {
  const client = { address: '192.0.2.1', device: 'a browser' }
  let found: unknown
  let left = 0
  await serve(
    handle(getMe, async (_, { caller, client: from, traceId, deadline }) => {
      found = { caller, client: from, traceId }
      left = deadline - performance.now()
      throw new RpcError('forbidden')
    }),
  )

  const asked = asking.call(getMe, {}, { caller: ada, client, traceId: 'trace-1', timeoutMs: 1_000 })

  expect(await code(asked)).toBe('forbidden')
  expect(found).toEqual({ caller: ada, client, traceId: 'trace-1' })
  expect(left).toBeGreaterThan(500)
  expect(left).toBeLessThanOrEqual(1_000)
})

test('what a handler logs, and what goes wrong in it, carries the trace', async () => {
  await serve(
    handle(listKeys, async (_, context) => {
      context.log.info('looked')
      throw new Error('broken inside')
    }),
  )

  const refused = await asking.call(listKeys, {}, { traceId: 'trace-2' }).catch((err: unknown) => err)

  expect(refused).toMatchObject({ code: 'internal', message: 'internal' })
  expect(lines.filter(({ trace_id }) => trace_id === 'trace-2')).toMatchObject([
    { msg: 'looked' },
    { msg: 'request failed', rpc: 'auth.list_keys', err: { message: 'broken inside' } },
  ])
})

test('requests and replies carry no headers: all that belongs to one is in its line', async () => {
  const headers: unknown[] = []
  const tap = answering.nats.subscribe(subjects.rpc(listCards.name), {
    callback: (_, msg) => void headers.push(msg.headers),
  })
  onTestFinished(() => tap.unsubscribe())
  await serve(noCards)

  await asking.call(listCards, { user_ids: [] }, { caller: ada, traceId: 'trace-3' })

  expect(headers).toEqual([undefined])
})

test('frames follow the output of an RPC that declares them, as they were made', async () => {
  const frames = ['{"type":"a"}', '{"type":"b"}']
  const output = { cursor: 'c', epoch: 'e', continuation: null }
  await serve(handleFrames(sync, async () => ({ output, frames })))

  const reply = await asking.forward(sync, { caller: ada, trace_id: 't', input: { cursor: 'b' } })

  expect(reply.split('\n')).toEqual([`+${JSON.stringify(output)}`, ...frames])
})

test('requests that may travel together do, and each gets its own answer', async () => {
  await serve(
    handle(getMe, async (_, { caller }) => {
      if (caller.user_id === 2) throw new RpcError('unauthenticated')
      return { ...adaUser, id: caller.user_id }
    }),
  )
  let messages = 0
  const ear = asking.nats.subscribe(subjects.rpc(getMe.name), { callback: () => void messages++ })
  onTestFinished(() => ear.unsubscribe())
  await asking.nats.flush()

  const callers = [1, 2, 3].map((user_id) => ({ ...ada, user_id }))
  const answers = await Promise.allSettled(callers.map((caller) => asking.call(getMe, {}, { caller })))

  expect(
    answers.map((answer) => (answer.status === 'fulfilled' ? answer.value.id : answer.reason.code)),
  ).toEqual([1, 'unauthenticated', 3])
  expect(messages).toBe(1)
})

test('a reply that is larger than NATS carries is `internal` at once', async () => {
  const frames = ['x'.repeat(5_000_000)]
  await serve(
    handleFrames(sync, async () => ({ output: { cursor: 'c', epoch: 'e', continuation: null }, frames })),
  )

  expect(await code(asking.call(sync, { cursor: 'b' }, { caller: ada }))).toBe('internal')
})

test('a request that is larger than NATS carries is `internal` at once', async () => {
  await serve(noCards)
  const user_ids = Array.from({ length: 500_000 }, () => Number.MAX_SAFE_INTEGER)

  expect(await code(asking.call(listCards, { user_ids }))).toBe('internal')
})

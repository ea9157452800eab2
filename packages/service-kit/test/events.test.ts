import { AckPolicy } from '@nats-io/jetstream'
import { matchEnded, subjects, userChanged } from '@parley/protocol'
import { eventually } from '@parley/testkit'
import { expect, test } from 'vitest'
import { appendEvent, RpcError, unavailable } from '../src/index.ts'
import { startEventWorld } from './event-world.ts'

const numbers = (count: number, from = 1) => Array.from({ length: count }, (_, i) => from + i)

test('F05: two relays and one that goes: each event is in the stream once, in order', async () => {
  await using world = await startEventWorld()
  const first = await world.startRelay()
  await world.startRelay()
  const seen: number[] = []
  world.read('reader', async (id) => void seen.push(id))

  await world.append(...numbers(40))
  const going = first[Symbol.asyncDispose]()
  await world.append(...numbers(40, 41))
  await going

  await eventually(() => expect(seen).toHaveLength(80), { timeoutMs: 10_000 })
  expect(seen).toEqual(numbers(80))
  const { state } = await (await world.manager()).streams.info('LOG_MATCHING')
  expect(state.messages).toBe(80)
})

test('F06, S1: what is sent during an outage of the bus arrives after it, each event has its effect once, and the stream stays', async () => {
  await using world = await startEventWorld()
  await world.startRelay()
  const effects = new Set<number>()
  const order: number[] = []
  world.read('reader', async (id) => {
    if (!effects.has(id)) order.push(id)
    effects.add(id)
  })
  await world.append(...numbers(5))
  await eventually(() => expect(order).toHaveLength(5))
  const { streams } = await world.manager()
  const { created } = await streams.info('LOG_MATCHING')

  for (const round of [1, 2]) {
    await world.nats.stop()
    await world.append(...numbers(5, 1 + 5 * round))
    await world.nats.start()
    await eventually(() => expect(order).toHaveLength(5 + 5 * round), { timeoutMs: 15_000 })
  }

  expect(order).toEqual(numbers(15))
  const after = await streams.info('LOG_MATCHING')
  expect([after.created, after.state.messages]).toEqual([created, 15])
}, 60_000)

test('F29: a NATS that comes back empty is filled from the outbox, without a new event and without new live copies', async () => {
  await using world = await startEventWorld()
  await world.startRelay()
  const copies: number[] = []
  world.bus.nats.subscribe(subjects.broadcast(matchEnded.name), {
    callback: (_, msg) => void copies.push(msg.json<{ match_id: number }>().match_id),
  })
  await world.append(...numbers(5))
  await eventually(() => expect(copies).toEqual(numbers(5)))

  await world.nats.stop()
  await world.nats.wipe()
  await world.nats.start()
  const seen: number[] = []
  world.read('reader', async (id) => void seen.push(id))

  await eventually(() => expect(seen).toEqual(numbers(5)), { timeoutMs: 15_000 })
  await world.append(6)
  await eventually(() => expect(seen).toEqual(numbers(6)))
  expect(copies).toEqual(numbers(6))
}, 60_000)

test('F38: a stream that somebody else has made anew is filled, also where an event was published to it already', async () => {
  await using world = await startEventWorld()
  const first = await world.startRelay()
  await world.append(...numbers(5))
  const { streams } = await world.manager()
  const messages = async () => (await streams.info('LOG_MATCHING')).state.messages
  await eventually(async () => expect(await messages()).toBe(5))

  const { config } = await streams.info('LOG_MATCHING')
  await streams.delete('LOG_MATCHING')
  await streams.add(config)
  await world.append(6)
  await eventually(async () => expect(await messages()).toBe(1))
  await first[Symbol.asyncDispose]()
  await world.startRelay()

  const seen: number[] = []
  world.read('reader', async (id) => void seen.push(id))
  await eventually(() => expect(seen).toEqual([6, ...numbers(6)]), { timeoutMs: 10_000 })
}, 60_000)

test('an event that is being committed while the stream is made is not passed over', async () => {
  await using world = await startEventWorld()
  const { db, pool } = world.database
  const seen: number[] = []
  world.read('reader', async (id) => void seen.push(id))
  await db.transaction().execute(async (tx) => {
    await appendEvent(tx, matchEnded, { match_id: 1, user_ids: [1, 2], generation: 1 })
    await world.startRelay()
    await eventually(async () => {
      const { rows } = await pool.query(
        "select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
      )
      expect(rows).toHaveLength(1)
    })
  })

  await eventually(() => expect(seen).toEqual([1]))
})

test('a reader goes on where the one before it stopped', async () => {
  await using world = await startEventWorld()
  await world.startRelay()
  const seen: number[] = []
  await world.append(...numbers(20))
  const reader = world.read('reader', async (id) => void seen.push(id))
  await eventually(() => expect(seen.length).toBeGreaterThan(3))
  await reader[Symbol.asyncDispose]()
  const before = seen.length

  world.read('reader', async (id) => void seen.push(id))

  await eventually(() => expect(seen.length).toBeGreaterThanOrEqual(20))
  expect(before).toBeGreaterThan(0)
  expect(seen).toEqual(numbers(20))
})

test('instances of a reader share its events, one at a time and in order', async () => {
  await using world = await startEventWorld()
  await world.startRelay()
  const order: string[] = []
  const handle = async (id: number) => {
    order.push(`begin ${id}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
    order.push(`end ${id}`)
  }
  world.read('reader', handle)
  world.read('reader', handle, await world.connect())

  await world.append(...numbers(30))

  await eventually(() => expect(order).toHaveLength(60))
  expect(order).toEqual(numbers(30).flatMap((id) => [`begin ${id}`, `end ${id}`]))
})

test('F42: an event that always fails is given up after five tries; those behind it follow within 2 s', async () => {
  await using world = await startEventWorld()
  await world.startRelay()
  const tried: number[] = []
  world.read('reader', async (id) => {
    tried.push(id)
    if (id === 2) throw new Error('poison')
  })
  await world.append(1)
  await eventually(() => expect(tried).toEqual([1]))
  const started = performance.now()

  await world.append(2, 3)

  await eventually(() => expect(tried).toContain(3))
  expect(performance.now() - started).toBeLessThan(2_500)
  expect(tried).toEqual([1, 2, 2, 2, 2, 2, 3])
  expect(world.lines.filter(({ msg }) => msg === 'event given up')).toMatchObject([
    { from: 'matching', seq: 2, err: { message: 'poison' } },
  ])
})

test('F42: an event whose content is wrong is given up like any that fails', async () => {
  await using world = await startEventWorld()
  await world.startRelay()
  const seen: number[] = []
  world.read('reader', async (id) => void seen.push(id))
  await world.append(1)
  await eventually(() => expect(seen).toEqual([1]))
  const log = subjects.log('matching')
  const js = (await world.manager()).jetstream()
  await js.publish(log, '{"event":"matching.match_ended","payload":{"match_id":"x"}}')
  await js.publish(log, 'no JSON')
  await js.publish(log, '{"event":"matching.unheard_of","payload":{}}')

  await world.append(2)

  await eventually(() => expect(seen).toEqual([1, 2]), { timeoutMs: 10_000 })
  expect(world.lines.filter(({ msg }) => msg === 'event given up')).toHaveLength(2)
})

test('during an outage an event waits, however often it fails, and those behind it wait for it', async () => {
  await using world = await startEventWorld()
  await world.startRelay()
  const failures = [
    unavailable(),
    new RpcError('timeout'),
    Object.assign(new Error('down'), { code: 'ECONNREFUSED' }),
    unavailable(),
    unavailable(),
    unavailable(),
  ]
  const seen: number[] = []
  world.read('reader', async (id) => {
    const failure = id === 2 ? failures.shift() : undefined
    if (failure) throw failure
    seen.push(id)
  })

  await world.append(1, 2, 3)

  await eventually(() => expect(seen).toHaveLength(3), { timeoutMs: 10_000 })
  expect(seen).toEqual([1, 2, 3])
})

test('a reader that starts before the first event was ever published gets it', async () => {
  await using world = await startEventWorld()
  const seen: number[] = []
  world.read('reader', async (id) => void seen.push(id))
  await eventually(() => expect(world.lines.map(({ msg }) => msg)).toContain('events cannot be read now'))

  await world.startRelay()
  await world.append(1)

  await eventually(() => expect(seen).toEqual([1]))
})

test('a reader ends at once when it is idle, and when there is nothing to read from', async () => {
  await using world = await startEventWorld()
  const timeToEnd = async (reader: AsyncDisposable) => {
    const started = performance.now()
    await reader[Symbol.asyncDispose]()
    return performance.now() - started
  }
  const early = world.read('early', async () => undefined)
  await eventually(() => expect(world.lines.map(({ msg }) => msg)).toContain('events cannot be read now'))
  await world.startRelay()
  await world.append(1)
  const seen: number[] = []
  const idle = world.read('idle', async (id) => void seen.push(id))
  await eventually(() => expect(seen).toEqual([1]))

  expect(await timeToEnd(idle)).toBeLessThan(100)
  expect(await timeToEnd(early)).toBeLessThan(100)
})

test('a reader that an earlier release made is taken over with its place', async () => {
  await using world = await startEventWorld()
  await world.startRelay()
  await world.append(1, 2)
  const { consumers } = await world.manager()
  await eventually(() =>
    consumers.add('LOG_MATCHING', {
      durable_name: 'reader',
      ack_policy: AckPolicy.Explicit,
      max_ack_pending: 64,
      max_deliver: 21,
    }),
  )
  const seen: number[] = []

  world.read('reader', async (id) => void seen.push(id))

  await eventually(() => expect(seen).toEqual([1, 2]))
  const { config } = await consumers.info('LOG_MATCHING', 'reader')
  expect(config).toMatchObject({ max_ack_pending: 1 })
})

test('an event that the stream would not take is refused where it is made', async () => {
  await using world = await startEventWorld()
  const card = { id: 1, username: 'x'.repeat(400_000), first_name: '', last_name: '', profile_picture: null }

  const append = world.database.db
    .transaction()
    .execute((tx) => appendEvent(tx, userChanged, { card, role: 'user', version: 1 }))

  await expect(append).rejects.toThrow('auth.user_changed is too large')
})

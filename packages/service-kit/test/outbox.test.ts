import { jetstreamManager } from '@nats-io/jetstream'
import { matchEnded, type Payload } from '@parley/protocol'
import { setTimeout as delay } from 'node:timers/promises'
import { createTestDatabase, eventually, startTestNats } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  appendEvent,
  connectBus,
  consumeEvents,
  createLog,
  createMetrics,
  onEvent,
  openDb,
  outboxMigration,
  outboxStreamMigration,
  relayOutbox,
  startService,
} from '../src/index.ts'

const service = 'matching'
const log = createLog({ service, instance: '', level: 'silent' })
const ended = (match_id: number): Payload<typeof matchEnded> => ({
  match_id,
  user_ids: [1, 2],
  generation: 1,
})

/** `isHeld`: another session has the right to publish until `letGo`. */
function startWorld({ isHeld = false } = {}) {
  return startService(async (use) => {
    const nats = use(await startTestNats())
    const { url } = use(await createTestDatabase())
    const migrations = { '0001-outbox': outboxMigration, '0002-stream': outboxStreamMigration }
    const database = use(
      await openDb<{ outbox: { pos: number; created_at: Date } }>({
        url,
        schema: service,
        poolSize: 4,
        migrations,
        log,
      }),
    )
    const bus = use(
      await connectBus({ service, instance: '', url: nats.url, log, metrics: createMetrics(service) }),
    )
    const holder = await database.connect()
    use({ [Symbol.asyncDispose]: () => holder.end() })
    if (isHeld) await holder.query('select pg_advisory_lock(hashtext($1))', [`outbox ${service}`])
    const relay = use(relayOutbox({ service, database, bus, log }))
    const append = async (match_id: number) => {
      await database.db.transaction().execute((tx) => appendEvent(tx, matchEnded, ended(match_id)))
      relay.wake()
    }
    const read = (by: string) => {
      const seen: number[] = []
      const handler = onEvent(matchEnded, ({ match_id }) => Promise.resolve(void seen.push(match_id)))
      use(consumeEvents({ bus, log, from: service, by, handlers: [handler] }))
      return seen
    }
    const letGo = () => holder.query('select pg_advisory_unlock_all()')
    return { ...database, bus, append, read, letGo }
  })
}

let world: Awaited<ReturnType<typeof startWorld>>
beforeAll(async () => void (world = await startWorld()))
afterAll(() => world[Symbol.asyncDispose]())

const numbers = (count: number, from = 1) => Array.from({ length: count }, (_, i) => from + i)

test('events of many transactions at once reach each reader once, as do those that come after', async () => {
  await Promise.all(numbers(150).map(world.append))
  const seen = world.read('one')
  await eventually(() => expect(seen).toHaveLength(150))
  for (const id of numbers(20, 151)) await world.append(id)

  await eventually(() => expect(seen).toHaveLength(170))
  expect(new Set(seen)).toEqual(new Set(numbers(170)))
  expect(seen.slice(150)).toEqual(numbers(20, 151))
})

test('an event of a transaction that fails is never published', async () => {
  const seen = world.read('two')
  const failing = world.db.transaction().execute(async (tx) => {
    await appendEvent(tx, matchEnded, ended(1_000))
    throw new Error('no')
  })
  await expect(failing).rejects.toThrow('no')
  await world.append(1_001)

  await eventually(() => expect(seen).toContain(1_001))
  expect(seen).not.toContain(1_000)
})

test('what is older than the stream keeps is deleted from the outbox, and the rest stays', async () => {
  const rows = async () => (await world.db.selectFrom('outbox').select('pos').execute()).map(({ pos }) => pos)
  const before = (await rows()).toSorted((a, b) => a - b)
  const old = before.slice(0, 5)
  await world.db
    .updateTable('outbox')
    .set({ created_at: new Date(Date.now() - 49 * 3_600_000) })
    .where('pos', 'in', old)
    .execute()

  await world.append(2_000)

  await eventually(async () => expect((await rows()).toSorted((a, b) => a - b)[0]).toBe(old[4]! + 1))
  expect(await rows()).toHaveLength(before.length - 5 + 1)
})

test('F38: a stream that was deleted is filled again from the outbox', async () => {
  const manager = await jetstreamManager(world.bus.nats)
  await manager.streams.delete('LOG_MATCHING')
  await world.append(3_000)

  const seen = await eventually(async () => {
    const info = await manager.streams.info('LOG_MATCHING')
    expect(info.state.messages).toBeGreaterThan(100)
    return world.read('three')
  })
  await eventually(() => expect(seen.at(-1)).toBe(3_000))
})

test('a reader that is stopped while it starts ends, at whatever moment', async () => {
  const { bus } = world
  for (let ms = 0; ms < 25; ms++) {
    const reader = consumeEvents({ bus, log, from: service, by: 'hasty', handlers: [] })
    await delay(ms)
    await expect(reader[Symbol.asyncDispose]()).resolves.toBeUndefined()
  }
})

test('figures tell what is committed and not published, and since when', async () => {
  await using waiting = await startWorld({ isHeld: true })
  const figure = async (name: string) => {
    const page = await waiting.bus.metrics.registry.metrics()
    return Number(new RegExp(`^parley_outbox_${name}\\{[^}]*\\} (\\S+)$`, 'm').exec(page)?.[1])
  }
  expect(await figure('pending')).toBe(0)
  expect(await figure('lag_seconds')).toBe(0)
  for (const id of numbers(3)) await waiting.append(id)

  expect(await figure('pending')).toBe(3)
  expect(await figure('lag_seconds')).toBeGreaterThan(0)
  await waiting.letGo()
  await eventually(async () => expect(await figure('pending')).toBe(0))
  expect(await figure('lag_seconds')).toBe(0)
})

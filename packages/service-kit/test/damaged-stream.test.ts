// As in an installation: a service has a key that makes nothing, and its migration makes a damaged stream anew.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { authorizationOf, makeNatsKeys } from '@parley/local-stack'
import { subjects, userChanged, type NatsUser, type Payload } from '@parley/protocol'
import { createTestDatabase, eventually } from '@parley/testkit'
import { expect, test } from 'vitest'
import { openConnection } from '../src/connection.ts'
import { provisionEvents } from '../src/event-stream.ts'
import {
  appendEvent,
  connectBus,
  consumeEvents,
  createMetrics,
  onEvent,
  openDb,
  outboxMigration,
  outboxStreamMigration,
  relayOutbox,
  startService,
} from '../src/index.ts'
import { readKnownStream } from '../src/outbox.ts'
import { createLogLines } from './log-lines.ts'
import { startRestartableNats } from './restartable-nats.ts'

const service = 'auth'
const DAMAGED = 'the stream lacks events'
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i + 1)

const changed = (version: number): Payload<typeof userChanged> => ({
  card: { id: 257, username: 'ada', first_name: 'Ada', last_name: '', profile_picture: null },
  role: 'user',
  version,
})

function startWorld() {
  return startService(async (use) => {
    const folder = await mkdtemp(join(tmpdir(), 'parley-keys-'))
    use({ [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) })
    const keys = await makeNatsKeys(folder)
    const nats = use(await startRestartableNats(authorizationOf(keys.users)))
    const { url } = use(await createTestDatabase())
    const { log, lines } = createLogLines()
    const migrations = { '0001-outbox': outboxMigration, '0002-stream': outboxStreamMigration }
    const database = use(await openDb({ url, schema: service, poolSize: 2, migrations, log }))
    const as = (user: NatsUser) => ({
      ...{ service: user, instance: '', url: nats.url, nkeyFile: keys.seedFile(user), log },
    })
    const connect = async (user: NatsUser) =>
      use(await connectBus({ ...as(user), metrics: createMetrics(user) }))
    const provision = async () => {
      const client = await database.connect()
      await using connection = await openConnection(as('provisioner'))
      await provisionEvents(connection.nats, { service, replicas: 1, known: await readKnownStream(client) })
      await client.end()
    }
    await provision()

    const [bus, reader] = [await connect('auth'), await connect('messaging')]
    const relay = use(relayOutbox({ service, database, bus, log }))
    const [seen, copies]: [number[], number[]] = [[], []]
    const handler = onEvent(userChanged, ({ version }) => Promise.resolve(void seen.push(version)))
    use(consumeEvents({ bus: reader, log, from: service, by: 'messaging', handlers: [handler] }))
    reader.nats.subscribe(subjects.broadcast(userChanged.name), {
      callback: (_, msg) => void copies.push(msg.json<{ version: number }>().version),
    })
    return {
      ...{ nats, seen, copies, provision },
      append: async (versions: readonly number[]) => {
        for (const version of versions)
          await database.db.transaction().execute((tx) => appendEvent(tx, userChanged, changed(version)))
        relay.wake()
      },
      /** What the metric says. */
      damaged: async () => {
        const metric = await bus.metrics.registry.getSingleMetric('parley_stream_damaged')?.get()
        return metric?.values[0]?.value
      },
      timesSaid: (words: string) => lines.filter(({ msg }) => String(msg).includes(words)).length,
    }
  })
}

test('F37: a stream that NATS has cut off stays damaged, whatever comes, until its migration runs; then it is filled, in order', async () => {
  await using world = await startWorld()
  await world.append(numbers(20))
  await eventually(() => expect(world.seen).toEqual(numbers(20)), { timeoutMs: 10_000 })

  await world.nats.stop()
  await world.nats.damage()
  await world.append(numbers(60).slice(20))
  await world.nats.start()
  await eventually(() => expect(world.copies).toHaveLength(60), { timeoutMs: 30_000 })
  const said = world.timesSaid(DAMAGED)
  await eventually(() => expect(world.timesSaid(DAMAGED)).toBeGreaterThan(said), { timeoutMs: 10_000 })
  expect(await world.damaged()).toBe(1)
  expect(world.seen).not.toEqual(numbers(60))
  await world.provision()

  await eventually(() => expect(world.seen.slice(-60)).toEqual(numbers(60)), { timeoutMs: 20_000 })
  expect(await world.damaged()).toBe(0)
  expect(world.copies).toEqual(numbers(60))
}, 120_000)

test('a stream that was missing is filled once its migration has made it, and nobody hears a live copy again', async () => {
  await using world = await startWorld()
  await world.append(numbers(5))
  await eventually(() => expect(world.seen).toEqual(numbers(5)), { timeoutMs: 10_000 })

  await world.nats.stop()
  await world.nats.wipe()
  await world.nats.start()
  await world.append([6])
  await eventually(() => expect(world.timesSaid('cannot be published')).toBe(1), { timeoutMs: 10_000 })
  await world.provision()

  await eventually(() => expect(world.seen).toEqual([...numbers(5), ...numbers(6)]), { timeoutMs: 20_000 })
  await eventually(() => expect(world.copies).toEqual(numbers(6)))
}, 60_000)

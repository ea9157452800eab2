import { setTimeout as delay } from 'node:timers/promises'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { provisionEvents } from '../src/event-stream.ts'
import { startRestartableNats, type RestartableNats } from './restartable-nats.ts'

/** Longer than one request is waited for. */
const ANSWERS_AFTER_MS = 6_000

const known = { created: null, seq: 0, held: 0, isDamaged: false }

let servers: AsyncDisposableStack
let nats: NatsConnection
let server: RestartableNats

beforeEach(async () => {
  servers = new AsyncDisposableStack()
  server = servers.use(await startRestartableNats())
  nats = await connect({ servers: server.url })
  servers.defer(() => nats.close())
})

afterEach(() => servers.disposeAsync())

test('the stream and its readers are made by servers that answer late, and made sure of again', async () => {
  server.pause()
  const provisioned = provisionEvents(nats, { service: 'auth', replicas: 1, known })
  await Promise.race([delay(ANSWERS_AFTER_MS), provisioned])
  server.goOn()
  await provisioned
  await provisionEvents(nats, { service: 'auth', replicas: 1, known })

  const { consumers } = await jetstreamManager(nats)
  const readers = await consumers.list('LOG_AUTH').next()
  expect(readers.map(({ name }) => name).sort()).toEqual(['matching', 'messaging'])
}, 30_000)

test('F37: a stream that lacks what it has acknowledged is made anew, and one that does not stays', async () => {
  await provisionEvents(nats, { service: 'auth', replicas: 1, known })
  const { streams } = await jetstreamManager(nats)
  const createdAt = async () => (await streams.info('LOG_AUTH')).created
  const created = await createdAt()

  await provisionEvents(nats, { service: 'auth', replicas: 1, known: { ...known, created } })
  expect(await createdAt()).toBe(created)
  await provisionEvents(nats, { service: 'auth', replicas: 1, known: { ...known, created, seq: 1 } })

  expect(await createdAt()).not.toBe(created)
  const { consumers } = await jetstreamManager(nats)
  const readers = await consumers.list('LOG_AUTH').next()
  expect(readers.map(({ name }) => name).sort()).toEqual(['matching', 'messaging'])
}, 30_000)

test('what these servers will never do is said at once', async () => {
  await expect(provisionEvents(nats, { service: 'auth', replicas: 3, known })).rejects.toThrow(
    'non-clustered',
  )
})

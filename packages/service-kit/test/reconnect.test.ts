import { checkLane, describeLanes, listCards, listKeys } from '@parley/protocol'
import { eventually } from '@parley/testkit'
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { connectBus, createMetrics, handle, type Bus, type RpcError } from '../src/index.ts'
import { createLogLines } from './log-lines.ts'
import { startRestartableNats, type RestartableNats } from './restartable-nats.ts'
import { startWay } from './way.ts'

const { log, lines } = createLogLines()
let stack: AsyncDisposableStack
let nats: RestartableNats
let asking: Bus
let answering: Bus

const connect = (service: string, url = nats.url) =>
  connectBus({ service, instance: '', url, log, metrics: createMetrics(service) })
const noCards = handle(listCards, async () => ({ items: [] }))
const code = (call: Promise<unknown>) => call.then(() => 'answered').catch((err: RpcError) => err.code)
const lost = (...buses: Bus[]) =>
  eventually(() => expect(buses.map((bus) => bus.isConnected())).not.toContain(true))
const found = (...buses: Bus[]) =>
  eventually(() => expect(buses.map((bus) => bus.isConnected())).not.toContain(false))

beforeAll(async () => {
  stack = new AsyncDisposableStack()
  nats = stack.use(await startRestartableNats())
  asking = stack.use(await connect('gateway'))
  answering = stack.use(await connect('messaging'))
  const facts = { lanes: 1, epoch: 'e', sends_per_second: 5, burst: 60 }
  stack.use(await answering.serve([handle(describeLanes, async () => facts), noCards]))
})
afterEach(async () => {
  await nats.stop()
  await nats.start()
  await found(asking, answering)
})
afterAll(() => stack.disposeAsync())

test('after NATS comes back requests are answered without a restart of anybody', async () => {
  await nats.stop()
  await lost(asking, answering)
  expect(await asking.check()).toBe('NATS cannot be reached')
  expect(await asking.metrics.registry.metrics()).toMatch(/^parley_nats_connected\{.*\} 0$/m)
  await nats.start()
  await found(asking, answering)

  expect(await asking.check()).toBeUndefined()
  const figures = await asking.metrics.registry.metrics()
  expect(figures).toMatch(/^parley_nats_reconnects_total\{.*\} 1$/m)
  expect(figures).toMatch(/^parley_nats_connected\{.*\} 1$/m)
  await eventually(async () => expect(await code(asking.call(listCards, { user_ids: [] }))).toBe('answered'))
})

test('F28: after the clock was set back by an hour NATS is found again as soon as ever', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000 })
  onTestFinished(() => void vi.useRealTimers())

  await nats.stop()
  await lost(asking, answering)
  await nats.start()
  await found(asking, answering)
  expect(Date.now()).toBeLessThan(performance.timeOrigin + performance.now() - 3_500_000)
})

test('F22: a request is refused at once while the bus is cut off', async () => {
  await nats.stop()
  await lost(asking)
  const started = performance.now()

  expect(await code(asking.call(listCards, { user_ids: [] }))).toBe('unavailable')

  expect(performance.now() - started).toBeLessThan(100)
})

test('a request under way when the connection is lost ends then, as perhaps done', async () => {
  let isAsked = false
  let end = (_: Error): void => undefined
  const work = new Promise<never>((_, reject) => {
    end = reject
  })
  await using _ = await answering.serve([
    handle(listKeys, () => {
      isAsked = true
      return work
    }),
  ])
  const call = code(asking.call(listKeys, {}, { timeoutMs: 20_000 }))
  await eventually(() => expect(isAsked).toBe(true))
  const started = performance.now()
  await nats.stop()

  expect(await call).toBe('timeout')
  expect(performance.now() - started).toBeLessThan(4_000)
  end(new Error('the test is over'))
})

test('requests of a lane wait out a short loss of NATS, in order', async () => {
  const seen: number[] = []
  await using _ = await answering.serveLane(0, [
    handle(checkLane, async ({ shard }) => {
      seen.push(shard)
      return {}
    }),
  ])
  await asking.call(checkLane, { shard: 0 })
  await nats.stop()
  await lost(asking, answering)
  const calls = [1, 2, 3].map((shard) => asking.call(checkLane, { shard }, { timeoutMs: 20_000 }))
  await nats.start()
  await Promise.all(calls)

  expect(seen).toEqual([0, 1, 2, 3])
})

test('who cannot tell the server of a subscription keeps none', async () => {
  await nats.stop()
  await lost(answering)
  expect(await code(answering.serveLane(0, [handle(checkLane, async () => ({}))]))).toBe('unavailable')
  await nats.start()
  await found(asking, answering)

  expect(await code(asking.call(checkLane, { shard: 0 }, { timeoutMs: 300 }))).toBe('unavailable')
})

test('listeners hear of each reconnect until they leave, and a failing one keeps nobody from hearing', async () => {
  const heard: string[] = []
  const leave = [
    asking.onReconnect(() => {
      throw new Error('this listener fails')
    }),
    asking.onReconnect(() => void heard.push('stays')),
    asking.onReconnect(() => void heard.push('leaves')),
  ]
  leave[2]?.()
  for (const times of [1, 2]) {
    await nats.stop()
    await lost(asking)
    await nats.start()
    await eventually(() => expect(heard).toHaveLength(times))
  }

  expect(heard).toEqual(['stays', 'stays'])
  expect(
    lines.filter(({ err }) => (err as Error | undefined)?.message === 'this listener fails'),
  ).toHaveLength(2)
  for (const left of leave) left()
})

test('a bus that is cut off closes all the same, and so does what it serves', async () => {
  const bus = await connect('matching')
  const serving = await bus.serve([noCards])
  await nats.stop()
  await lost(bus)

  await serving[Symbol.asyncDispose]()
  await bus[Symbol.asyncDispose]()

  expect(bus.nats.isClosed()).toBe(true)
})

test('nobody waits for a server that does not answer, to serve no more', async () => {
  await using way = await startWay(nats.url)
  await using bus = await connect('matching', way.url)
  const serving = await bus.serve([noCards])
  way.freeze()
  await bus.nats.reconnect()
  await eventually(() => expect(way.connections()).toBe(2))

  await serving[Symbol.asyncDispose]()

  expect(bus.isConnected()).toBe(false)
}, 4_000)

test('a NATS that cannot be reached at the start fails the start', async () => {
  await nats.stop()

  await expect(connect('matching')).rejects.toThrow('connection refused')
})

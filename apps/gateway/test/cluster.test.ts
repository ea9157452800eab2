import { gatewayLimits, subjects } from '@parley/protocol'
import { eventually } from '@parley/testkit'
import { expect, test } from 'vitest'
import { requestRates } from '../src/access/request-limits.ts'
import { startCluster, type Cluster } from './siblings.ts'
import type { TestSocket } from './test-socket.ts'
import { ada, ben } from './world.ts'

/** What a limit may be overshot by. */
const TOLERATED = 1.05

const open = (sockets: readonly TestSocket[]): TestSocket[] =>
  sockets.filter(({ ws }) => ws.readyState === ws.OPEN)

/** As many sockets at once as there are credentials, one gateway after the other. */
async function openMany(cluster: Cluster, tokens: readonly (string | undefined)[]): Promise<TestSocket[]> {
  const tries = tokens.map((token, i) =>
    cluster.world.connect({ port: cluster.ports[i % 3] as number, ...(token !== undefined && { token }) }),
  )
  const settled = await Promise.allSettled(tries)
  return settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
}

/** How many of the requests at once, spread over the gateways, were let through. */
async function ask(cluster: Cluster, token: string, requests: number): Promise<number> {
  const headers = { authorization: `Bearer ${token}` }
  const statuses = await Promise.all(
    Array.from({ length: requests }, async (_, i) => {
      const { status } = await fetch(`http://127.0.0.1:${cluster.ports[i % 3]}/api/users/me`, { headers })
      return status
    }),
  )
  for (const status of statuses) expect([200, 429]).toContain(status)
  return statuses.filter((status) => status === 200).length
}

test('T51: what a person asks of three gateways at once is let through as by one', async () => {
  const factor = 0.2
  const { burst, perSecond } = requestRates.read
  await using cluster = await startCluster({ PERSON_LIMIT_FACTOR: factor })
  const token = await cluster.world.issuer.token(ada)
  const at = performance.now()
  const passed = await ask(cluster, token, 600)
  const seconds = (performance.now() - at) / 1_000

  expect(passed).toBeLessThanOrEqual((burst + perSecond * seconds) * factor * TOLERATED)
  expect(passed).toBeGreaterThanOrEqual(burst * factor)
  expect(await ask(cluster, await cluster.world.issuer.token(ben), 60)).toBe(60)
})

test('T51: ten times the limit for seconds, by turns at three gateways, is let through as by one', async () => {
  const factor = 0.1
  const { burst, perSecond } = requestRates.read
  await using cluster = await startCluster({ PERSON_LIMIT_FACTOR: factor })
  const token = await cluster.world.issuer.token(ada)
  let passed = 0
  const at = performance.now()
  while (performance.now() - at < 4_000) passed += await ask(cluster, token, 30)
  const seconds = (performance.now() - at) / 1_000

  const limit = (burst + perSecond * seconds) * factor
  expect(passed).toBeLessThanOrEqual(limit * TOLERATED)
  expect(passed).toBeGreaterThan(limit * 0.9)
})

test('T43, T51: an address has so many sockets over three gateways, however they are opened', async () => {
  await using cluster = await startCluster({ ADDRESS_LIMIT_FACTOR: 0.5 })
  const { issuer } = cluster.world
  const tokens = await Promise.all(Array.from({ length: 240 }, (_, i) => issuer.token(1_000 + i)))
  const sockets = await openMany(cluster, tokens)
  await eventually(() => expect(open(sockets).length).toBeLessThanOrEqual(100 * TOLERATED))

  expect(open(sockets).length).toBeGreaterThan(90)
  for (const { ws, closed } of sockets)
    if (ws.readyState === ws.CLOSED) expect((await closed).code).toBe(4029)
  const again = cluster.world.connect({ port: cluster.ports[1], token: tokens[0] as string })
  await expect(again).rejects.toMatchObject({ status: 429 })
  await Promise.all(sockets.map((socket) => socket[Symbol.asyncDispose]()))
})

test('T43, T51: an address has so many sockets that have not said who they are, over three gateways', async () => {
  await using cluster = await startCluster()
  const strangers = await openMany(cluster, Array<undefined>(60).fill(undefined))
  await eventually(() => expect(open(strangers).length).toBeLessThanOrEqual(20 * TOLERATED))

  expect(open(strangers).length).toBeGreaterThan(17)
  const known = open(strangers)[0] as TestSocket
  known.send({ type: 'authenticate', token: await cluster.world.issuer.token(ada) })
  known.send({ type: 'ping' })
  await known.next('pong')
  await Promise.all(strangers.map((socket) => socket[Symbol.asyncDispose]()))
})

test('T43: of the sockets of a person at three gateways the oldest make room', async () => {
  await using cluster = await startCluster()
  const token = await cluster.world.issuer.token(ada)
  const sockets: TestSocket[] = []
  for (let i = 0; i < 13; i++)
    sockets.push(await cluster.world.connect({ token, port: cluster.ports[i % 3] as number }))
  const replaced = await Promise.all(sockets.slice(0, 3).map(({ closed }) => closed))

  expect(replaced.map(({ code }) => code)).toEqual([4409, 4409, 4409])
  for (const socket of sockets.slice(3)) {
    socket.send({ type: 'ping' })
    await socket.next('pong')
  }
  // Where they are closed again, there is room.
  await sockets[12]?.[Symbol.asyncDispose]()
  await using next = await cluster.world.connect({ token, port: cluster.ports[1] })
  next.send({ type: 'ping' })
  await next.next('pong')
  expect(open(sockets)).toHaveLength(9)
  await Promise.all(sockets.map((socket) => socket[Symbol.asyncDispose]()))
})

test('T43: what a gateway held that stopped, or is silent, is counted no more', async () => {
  await using cluster = await startCluster({ ADDRESS_LIMIT_FACTOR: 0.02, PRESENCE_BEAT_MS: 200 })
  const { world, ports } = cluster
  const token = await world.issuer.token(ada)
  const full = { status: 429 }
  for (let i = 0; i < 4; i++) await world.connect({ token, port: ports[2] })
  await eventually(async () => expect(world.connect({ token })).rejects.toMatchObject(full))
  await cluster.stop(2)
  await eventually(async () => (await world.connect({ token }))[Symbol.asyncDispose]())

  const told = { gateway: 'dead', n: 1, rows: { places: [['127.0.0.1', 4, 0]] } }
  world.bus.nats.publish(subjects.broadcast(gatewayLimits), JSON.stringify(told))
  await world.bus.nats.flush()
  await expect(world.connect({ token })).rejects.toMatchObject(full)
  await eventually(async () => (await world.connect({ token }))[Symbol.asyncDispose]())
})

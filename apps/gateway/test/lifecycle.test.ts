import { once } from 'node:events'
import { connect } from 'node:net'
import { checkLane, checkMatching, checkMessaging, describeLanes } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import { eventually, startTestNats } from '@parley/testkit'
import { expect, test } from 'vitest'
import { settings } from '../src/config.ts'
import { startGateway } from '../src/service.ts'
import { createIssuer } from './issuer.ts'
import { openSocket } from './test-socket.ts'
import { ada, ben, startWorld } from './world.ts'

test('a gateway that stops asks its sockets to leave, ends when they have, and opens no more', async () => {
  const world = await startWorld({ config: { DRAIN_SECONDS: 20 } })
  const socket = await world.live(ada)
  const silent = await world.connect()
  const at = performance.now()
  const stopped = world[Symbol.asyncDispose]()
  const { reconnect_in_ms } = await socket.next('goaway')
  expect(reconnect_in_ms).toBeGreaterThanOrEqual(0)
  expect(reconnect_in_ms).toBeLessThan(20_000)
  expect((await silent.closed).code).toBe(4000)
  await expect(world.connect({ token: await world.issuer.token(ben) })).rejects.toThrow(/ECONNREFUSED/)
  socket.send({ type: 'request', method: 'auth.get_me', ref: 'still served' })
  expect(await socket.next('response')).toMatchObject({ ref: 'still served' })
  socket.ws.close()
  await stopped

  expect(performance.now() - at).toBeLessThan(3_000)
})

test('who stays is closed with 4000 when the time is over', async () => {
  const world = await startWorld({ config: { DRAIN_SECONDS: 1 } })
  const socket = await world.live(ada)
  const at = performance.now()
  await world[Symbol.asyncDispose]()

  expect((await socket.closed).code).toBe(4000)
  expect(performance.now() - at).toBeGreaterThan(900)
})

test('a gateway without sockets stops at once', async () => {
  const world = await startWorld({ config: { DRAIN_SECONDS: 20 } })
  await world.call('/healthz')
  const at = performance.now()
  await world[Symbol.asyncDispose]()

  expect(performance.now() - at).toBeLessThan(1_000)
})

test.each([
  { sent: 'nothing', bytes: '' },
  { sent: 'half of a request', bytes: 'GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n' },
])('who is connected and has sent $sent keeps no gateway from its end', async ({ bytes }) => {
  const world = await startWorld()
  const socket = connect(world.port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write(bytes)
  // It is connected before this one.
  await world.call('/healthz')
  const ended = Promise.all([world[Symbol.asyncDispose](), once(socket, 'close')])

  await expect(ended).resolves.toHaveLength(2)
})

test('a port that is taken is one clear error', async () => {
  await using world = await startWorld()
  await using nats = await startTestNats()
  const config = settings.parse({ NATS_URL: nats.url, PORT: world.port, LOG_LEVEL: 'fatal' })

  await expect(startGateway(config)).rejects.toThrow(/EADDRINUSE/)
})

test('S3: what is missing is named by the health check, which is 200 once nothing is', async () => {
  let missing = ['lane 3']
  await using world = await startWorld({
    handlers: [
      handle(checkMessaging, async () => ({ missing })),
      handle(describeLanes, async () => ({ lanes: 2, epoch: 'e', sends_per_second: 5, burst: 60 })),
    ],
  })
  const look = async () => {
    const response = await world.call('/healthz')
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
  const sick = await eventually(async () => {
    const found = await look()
    expect(found.body['missing']).toHaveLength(2)
    return found
  })
  await using lane = await world.bus.serveLane(1, [handle(checkLane, async () => ({}))])
  missing = []

  expect(sick.status).toBe(503)
  expect(sick.body).toMatchObject({
    code: 'unavailable',
    missing: ['messaging: lane 3', 'lanes: no owner of 1'],
  })
  await eventually(async () => expect(await look()).toEqual({ status: 200, body: { status: 'ok' } }))
  expect(lane).toBeDefined()
})

test('while the keys cannot be had a token is not refused: its sender may come again', async () => {
  await using nats = await startTestNats()
  const config = settings.parse({ NATS_URL: nats.url, PORT: 0, LOG_LEVEL: 'fatal' })
  await using gateway = await startGateway(config)
  const token = await (await createIssuer()).token(ada)
  const response = await fetch(`http://127.0.0.1:${gateway.port}/api/users/me`, {
    headers: { authorization: `Bearer ${token}` },
  })
  await using socket = await openSocket({ port: gateway.port, token })

  expect(response.status).toBe(503)
  expect((await socket.closed).code).toBe(4013)
})

test('healthz names a service that does not answer', async () => {
  await using nats = await startTestNats()
  const config = settings.parse({ NATS_URL: nats.url, PORT: 0, LOG_LEVEL: 'fatal' })
  await using gateway = await startGateway(config)
  const response = await fetch(`http://127.0.0.1:${gateway.port}/healthz`)
  const { missing } = (await response.json()) as { missing: string[] }

  expect(response.status).toBe(503)
  expect(missing.map((line) => line.split(':')[0])).toEqual([
    'keys',
    'auth',
    'matching',
    'messaging',
    'lanes',
  ])
})

test('many who ask for health at once cost one look', async () => {
  let looks = 0
  await using world = await startWorld({
    handlers: [
      handle(checkMatching, async () => {
        looks += 1
        return { missing: [] }
      }),
    ],
  })
  await eventually(async () => expect((await world.call('/healthz')).status).toBe(200))
  looks = 0
  const responses = await Promise.all(Array.from({ length: 50 }, () => world.call('/healthz')))

  expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]))
  expect(looks).toBeLessThanOrEqual(2)
})

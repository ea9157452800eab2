import { setTimeout as delay } from 'node:timers/promises'
import { describeLanes, subjects } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import { eventually } from '@parley/testkit'
import { expect, test } from 'vitest'
import { head, openRaw, rawFrame, upgradeLines } from './raw-socket.ts'
import type { TestSocket } from './test-socket.ts'
import { ada, ben, startWorld, type World } from './world.ts'

test('T37: a thousand pings a second are closed with 4029 within three seconds, after warnings', async () => {
  await using world = await startWorld()
  await using witness = await world.live(ben)
  await using socket = await world.live(ada)
  const at = performance.now()
  const flood = setInterval(() => {
    for (let i = 0; i < 20 && socket.ws.readyState === socket.ws.OPEN; i++) socket.ws.ping()
  }, 20)
  const { code } = await socket.closed
  clearInterval(flood)

  expect(code).toBe(4029)
  expect(performance.now() - at).toBeLessThan(3_000)
  expect(socket.frames.filter((frame) => frame['code'] === 'rate_limited')).toHaveLength(3)
  witness.send({ type: 'ping' })
  await witness.next('pong')
})

test('T38: a burst of frames is answered frame by frame, and a hundred a second are no flood', async () => {
  await using world = await startWorld()
  await using socket = await world.live(ada)
  for (let i = 0; i < 600; i++) socket.send({ type: 'ping', timestamp: i, ref: `r${i}` })
  for (let i = 0; i < 400; i++) await socket.next('pong')
  await eventually(() => expect(socket.frames.filter(({ ref }) => ref !== undefined)).toHaveLength(600))

  const refused = socket.frames.filter(({ type }) => type === 'error')
  expect(refused.length).toBeLessThanOrEqual(200)
  expect(refused[0]).toMatchObject({ code: 'rate_limited', retry_after_ms: expect.any(Number) })
  await delay(1_000)
  for (let i = 0; i < 100; i++) {
    socket.send({ type: 'ping', timestamp: `slow ${i}` })
    await delay(10)
  }
  await eventually(() => expect(socket.frames.at(-1)).toMatchObject({ type: 'pong', timestamp: 'slow 99' }))
})

test('who may send more than a socket may say has room for twice as much', async () => {
  const allowed = { lanes: 1, epoch: 'e1', sends_per_second: 5, burst: 1_000 }
  await using world = await startWorld({ handlers: [handle(describeLanes, async () => allowed)] })
  await using socket = await world.live(ada)
  for (let i = 0; i < 1_900; i++) socket.send({ type: 'ping', timestamp: i })
  await eventually(() => expect(socket.frames.at(-1)).toMatchObject({ type: 'pong', timestamp: 1_899 }))

  expect(socket.frames.filter(({ type }) => type === 'error')).toEqual([])
})

/** Reads nothing; what it is owed piles up on the other side. */
async function openDeaf(world: World, userId: number) {
  const authorization = `Authorization: Bearer ${await world.issuer.token(userId)}`
  const hello = rawFrame('{"type":"hello"}')
  const raw = openRaw(world.port, head(...upgradeLines(authorization)), [hello])
  await new Promise<void>((resolve) => {
    let seen = ''
    raw.socket.on('data', function listen(chunk: Buffer) {
      seen += chunk.toString('latin1')
      if (!seen.includes('caught_up')) return
      raw.socket.off('data', listen).pause().setTimeout(0)
      resolve()
    })
  })
  return raw
}

const flood = (world: World, kind: 'd' | 'e', kilobytes: number) => {
  const frame = `{"type":"chat_message","x":"${'x'.repeat(32_000)}"}`
  for (let sent = 0; sent < kilobytes; sent += 32) world.bus.nats.publish(subjects.user(ada, kind), frame)
  return world.bus.nats.flush()
}

test('F20, T42: a reader that owes more than a megabyte is closed with 4008', async () => {
  await using world = await startWorld()
  const raw = await openDeaf(world, ada)
  await using witness = await world.live(ben)
  for (let i = 0; i < 20; i++) await flood(world, 'd', 1_000)
  await eventually(async () => expect(await world.metric('parley_socket_closes_total', '4008')).toBe(1))

  expect(await world.metric('parley_sockets')).toBe(1)
  witness.send({ type: 'ping' })
  await witness.next('pong')
  raw.socket.destroy()
}, 20_000)

test('F20, T42: a slow reader gets no ephemeral frames, and is closed when nothing moves for ten seconds', async () => {
  await using world = await startWorld()
  const raw = await openDeaf(world, ada)
  const drops = async () => {
    const before = await world.metric('parley_frames_dropped_total')
    await flood(world, 'e', 32)
    await delay(50)
    return (await world.metric('parley_frames_dropped_total')) > before
  }
  // Until the system's buffers on both sides are full and stay so.
  do {
    await flood(world, 'd', 64)
    await delay(50)
  } while (!((await drops()) && (await delay(300, true)) && (await drops())))
  const at = performance.now()
  expect(await world.metric('parley_socket_closes_total')).toBe(0)
  await eventually(async () => expect(await world.metric('parley_socket_closes_total', '4008')).toBe(1), {
    timeoutMs: 13_000,
  })

  expect(performance.now() - at).toBeGreaterThan(4_000)
  raw.socket.destroy()
}, 30_000)

test('T43: the eleventh socket of a person replaces the oldest', async () => {
  await using world = await startWorld()
  await using stack = new AsyncDisposableStack()
  const sockets: TestSocket[] = []
  for (let i = 0; i < 11; i++) sockets.push(stack.use(await world.live(ada)))

  expect((await sockets[0]!.closed).code).toBe(4409)
  for (const socket of sockets.slice(1)) {
    socket.send({ type: 'ping' })
    await socket.next('pong')
  }
})

test('T43: an address has twenty sockets that say nothing, and two hundred in all', async () => {
  await using world = await startWorld()
  await using stack = new AsyncDisposableStack()
  const strangers = await Promise.all(Array.from({ length: 20 }, () => world.connect()))
  for (const stranger of strangers) stack.use(stranger)
  await expect(world.connect()).rejects.toMatchObject({ status: 429, headers: { 'retry-after': '5' } })
  strangers[0]!.send({ type: 'authenticate', token: await world.issuer.token(ada) })
  strangers[0]!.send({ type: 'ping' })
  await strangers[0]!.next('pong')
  stack.use(await world.connect())
  for (const stranger of strangers.slice(1)) await stranger[Symbol.asyncDispose]()

  for (let i = 0; i < 198; i++) stack.use(await world.connect({ token: await world.issuer.token(1_000 + i) }))
  const refused = world.connect({ token: await world.issuer.token(999) })
  await expect(refused).rejects.toMatchObject({ status: 429 })
}, 30_000)

test('T43: a process opens no more sockets than it is set to', async () => {
  await using world = await startWorld({ config: { MAX_SOCKETS: 2 } })
  await using first = await world.live(ada)
  await using second = await world.live(ben)
  const refused = world.connect({ token: await world.issuer.token(ada) })

  await expect(refused).rejects.toMatchObject({
    status: 503,
    headers: { 'retry-after': '2', 'content-type': 'application/problem+json' },
  })
  await first[Symbol.asyncDispose]()
  await eventually(async () => (await world.live(ada))[Symbol.asyncDispose]())
  second.send({ type: 'ping' })
  await second.next('pong')
})

test('F33, T45: no more sockets are opened in a second than a process is set to', async () => {
  await using world = await startWorld({ config: { UPGRADES_PER_SECOND: 20 } })
  const token = await world.issuer.token(ada)
  const begunAt = performance.now()
  const tries = await Promise.allSettled(Array.from({ length: 60 }, () => world.connect({ token })))
  const refilled = (20 * (performance.now() - begunAt)) / 1_000
  const open = tries.filter(({ status }) => status === 'fulfilled')
  for (const result of tries) if (result.status === 'fulfilled') await result.value[Symbol.asyncDispose]()

  expect(open.length).toBeGreaterThanOrEqual(20)
  expect(open.length).toBeLessThanOrEqual(21 + refilled)
})

test('F36: a process that stood still for longer than two heartbeats asks its silent sockets before it takes them for gone', async () => {
  const heartbeatMs = 1_500
  await using world = await startWorld({ config: { HEARTBEAT_MS: heartbeatMs } })
  await using socket = await world.live(ada)
  let pings = 0
  socket.ws.on('ping', () => pings++)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2 * heartbeatMs + 100)
  await eventually(() => expect(pings).toBeGreaterThan(0))

  socket.send({ type: 'ping' })
  await socket.next('pong')
})

test('F21, T44: a peer that is silent is pinged, and closed with 4000 after two heartbeats', async () => {
  await using world = await startWorld({ config: { HEARTBEAT_MS: 600 } })
  await using alive = await world.live(ben)
  const authorization = `Authorization: Bearer ${await world.issuer.token(ada)}`
  const at = performance.now()
  const { code } = await openRaw(world.port, head(...upgradeLines(authorization))).end()
  const ms = performance.now() - at

  expect(code).toBe(4000)
  expect(ms).toBeGreaterThan(1_100)
  await delay(1_000)
  alive.send({ type: 'ping' })
  await alive.next('pong')
})

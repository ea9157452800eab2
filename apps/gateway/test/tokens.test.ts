import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { getUser, listEndedSessions, listKeys, sessionEnded, subjects } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import { eventually } from '@parley/testkit'
import { exportJWK, generateKeyPair } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ada, ben, card, startWorld, type World } from './world.ts'

let world: World
let keyReads = 0
const polled: { session_id: string; user_id: number }[] = []

beforeAll(async () => {
  world = await startWorld({
    handlers: [
      handle(getUser, async ({ user_id }) => card(user_id)),
      handle(listKeys, async () => {
        keyReads += 1
        return { keys: world.issuer.keys() }
      }),
      handle(listEndedSessions, async () => ({ items: polled })),
    ],
  })
})
afterAll(() => world[Symbol.asyncDispose]())

const statusOf = async (token: string) => (await world.call(`/api/users/${ben}`, { token })).status
const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

async function forgeries(): Promise<Record<string, string>> {
  const { issuer } = world
  const good = await issuer.token(ada)
  const [, payload = '', signature = ''] = good.split('.')
  const foreign = await generateKeyPair('EdDSA', { extractable: true })
  const { kid } = issuer.keys()[0] as { kid: string }
  const hs256 = `${base64url({ alg: 'HS256', typ: 'at+jwt', kid })}.${payload}`
  const mac = createHmac('sha256', JSON.stringify(issuer.publicJwk)).update(hs256).digest('base64url')
  return {
    'alg none': `${base64url({ alg: 'none', typ: 'at+jwt', kid })}.${payload}.`,
    'HS256 with the public key': `${hs256}.${mac}`,
    'wrong typ': await issuer.token(ada, { header: { typ: 'JWT' } }),
    'wrong audience': await issuer.token(ada, { claims: { aud: 'other' } }),
    'wrong issuer': await issuer.token(ada, { claims: { iss: 'other' } }),
    expired: await issuer.token(ada, { iat: -60, exp: -6 }),
    'not yet valid': await issuer.token(ada, { nbf: 7 }),
    'old with a far end': await issuer.token(ada, { iat: -1_200, exp: 9_999 }),
    'unknown kid': await issuer.token(ada, { header: { kid: 'nobody' } }),
    'no kid': await issuer.token(ada, { header: { kid: '' } }),
    'unknown crit': await issuer.token(ada, { header: { crit: ['parley'], parley: 1 } }),
    'embedded key': await issuer.token(ada, {
      key: foreign.privateKey,
      header: { jwk: await exportJWK(foreign.publicKey) },
    }),
    'foreign key with our kid': await issuer.token(ada, { key: foreign.privateKey }),
    'flipped bit': `${good.slice(0, -signature.length)}${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`,
    'missing sid': await issuer.token(ada, { claims: { sid: undefined } }),
    'missing jti': await issuer.token(ada, { claims: { jti: undefined } }),
    'missing iat': await issuer.token(ada, { claims: { iat: undefined } }),
    'missing exp': await issuer.token(ada, { claims: { exp: undefined } }),
    'unknown role': await issuer.token(ada, { role: 'root' }),
    'sub that is no id': await issuer.token(ada, { claims: { sub: 'ada' } }),
    'not a token': 'not.a.token',
    'very long': 'x'.repeat(9_000),
  }
}

test('T07: a forged or confused token is refused over HTTP, always with the same body', async () => {
  const bodies = new Set<string>()
  for (const [name, token] of Object.entries(await forgeries())) {
    const response = await world.call(`/api/users/${ben}`, { token })
    expect(response.status, name).toBe(401)
    const { trace_id: _, ...body } = (await response.json()) as { trace_id: string }
    bodies.add(JSON.stringify(body))
  }

  expect([...bodies]).toHaveLength(1)
  expect(await statusOf(await world.issuer.token(ada))).toBe(200)
})

test('T07, S1, S2, S4: a token is taken only with a good signature and before its end; a credential that is not accepted is told by a close code', async () => {
  for (const [name, token] of Object.entries(await forgeries())) {
    await using socket = await world.connect({ token })
    expect((await socket.closed).code, name).toBe(4401)
    expect(socket.frames, name).toEqual([])
  }
})

test('T08: headers of a token lead nowhere', async () => {
  let visits = 0
  const sink = createServer((_, res) => {
    visits += 1
    res.end('{"keys":[]}')
  }).listen(0, '127.0.0.1')
  await once(sink, 'listening')
  const url = `http://127.0.0.1:${(sink.address() as AddressInfo).port}/`
  const { privateKey } = await generateKeyPair('EdDSA')
  const headers = [
    { kid: '../../etc/passwd' },
    { kid: "' or 1=1 --" },
    { kid: 'k'.repeat(4_000) },
    { kid: 'sink', jku: url },
    { kid: 'sink', x5u: url },
  ]

  for (const header of headers) {
    expect(await statusOf(await world.issuer.token(ada, { key: privateKey, header }))).toBe(401)
  }
  sink.close()
  expect(visits).toBe(0)
})

test('T09: five seconds of clock drift are tolerated, and no more', async () => {
  const { issuer } = world

  expect(await statusOf(await issuer.token(ada, { nbf: 3 }))).toBe(200)
  expect(await statusOf(await issuer.token(ada, { nbf: 7 }))).toBe(401)
  expect(await statusOf(await issuer.token(ada, { iat: -60, exp: -3 }))).toBe(200)
  expect(await statusOf(await issuer.token(ada, { iat: -60, exp: -6 }))).toBe(401)
})

test('T10: hundreds of unknown keys cause one look at the published ones at most', async () => {
  await statusOf(await world.issuer.token(ada))
  const before = keyReads
  const { privateKey } = await generateKeyPair('EdDSA')
  const tokens = await Promise.all(
    Array.from({ length: 300 }, (_, i) =>
      world.issuer.token(ada, { key: privateKey, header: { kid: `unknown-${i}` } }),
    ),
  )
  const statuses = new Set(await Promise.all(tokens.map(statusOf)))

  expect([...statuses]).toEqual([401])
  expect(keyReads - before).toBeLessThanOrEqual(1)
})

test('T13: an ended session closes its sockets with 4403 within a second and its tokens are refused', async () => {
  const sid = 'ends-by-event'
  await using first = await world.live(ada, { token: await world.issuer.token(ada, { sid }) })
  await using second = await world.live(ada, { token: await world.issuer.token(ada, { sid }) })
  await using other = await world.live(ada)
  const token = await world.issuer.token(ada, { sid })
  expect(await statusOf(token)).toBe(200)

  const at = performance.now()
  const event = JSON.stringify({ user_id: ada, session_ids: [sid] })
  world.bus.nats.publish(subjects.broadcast(sessionEnded.name), event)
  expect([(await first.closed).code, (await second.closed).code]).toEqual([4403, 4403])
  expect(performance.now() - at).toBeLessThan(1_000)

  expect(await statusOf(token)).toBe(401)
  await using again = await world.connect({ token })
  expect((await again.closed).code).toBe(4401)
  other.send({ type: 'ping' })
  await other.next('pong')
})

test('T13: a session whose end was not heard of is found by asking', async () => {
  const sid = 'ends-by-poll'
  await using socket = await world.live(ben, { token: await world.issuer.token(ben, { sid }) })
  polled.push({ session_id: sid, user_id: ben })

  expect((await socket.closed).code).toBe(4403)
}, 20_000)

test('T13: the bus can close a session of a person by itself', async () => {
  const sid = 'closed-by-control'
  await using socket = await world.live(ben, { token: await world.issuer.token(ben, { sid }) })
  world.bus.nats.publish(subjects.user(ben, 'c'), JSON.stringify({ close_session: sid }))

  expect((await socket.closed).code).toBe(4403)
})

test('T15: a socket outlives its token by five seconds at most', async () => {
  const exp = 2
  await using socket = await world.live(ada, { token: await world.issuer.token(ada, { exp }) })
  const { code } = await socket.closed

  expect(code).toBe(4301)
})

test('T15: a new token of the same session keeps the socket open; of another it closes it', async () => {
  const sid = 'renews'
  const { issuer } = world
  await using socket = await world.live(ada, { token: await issuer.token(ada, { sid, exp: 2 }) })
  socket.send({ type: 'authenticate', token: await issuer.token(ada, { sid, exp: 600 }), ref: 'new' })
  expect(await socket.next('ack')).toEqual({ type: 'ack', ref: 'new' })
  const first = performance.now()
  await eventually(() => expect(performance.now() - first).toBeGreaterThan(3_500))
  socket.send({ type: 'ping' })
  await socket.next('pong')

  socket.send({ type: 'authenticate', token: await issuer.token(ada, { sid: 'another' }) })
  expect((await socket.closed).code).toBe(4401)
  await using stranger = await world.live(ada, { token: await issuer.token(ada, { sid }) })
  stranger.send({ type: 'authenticate', token: await issuer.token(ben, { sid }) })
  expect((await stranger.closed).code).toBe(4401)
})

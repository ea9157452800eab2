import { redeemOutsideToken, subjects, sessionEnded, type AnyErrorCode } from '@parley/protocol'
import { handle, RpcError, type Client } from '@parley/service-kit'
import { signSharedSecretToken } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ada, ben, startWorld, type World } from './world.ts'

let world: World
const asked: { token: string; client: Client | undefined }[] = []
/** What auth says of a token; of others that they are refused. */
const known = new Map<string, { user_id: number; session_id: string; expires_at: number } | AnyErrorCode>()

beforeAll(async () => {
  world = await startWorld({
    config: { ADDRESS_LIMIT_FACTOR: 100 },
    handlers: [
      handle(redeemOutsideToken, async ({ token }, { client, fail }) => {
        asked.push({ token, client })
        const found = known.get(token)
        if (typeof found === 'string') throw new RpcError(found)
        if (!found) throw fail('invalid_credentials')
        return { ...found, role: 'user' as const }
      }),
    ],
  })
})
afterAll(() => world[Symbol.asyncDispose]())

const nowSeconds = () => Math.floor(Date.now() / 1_000)
let tokens = 0
const sign = (claims: Record<string, unknown> = {}) =>
  signSharedSecretToken('not known to gateways', { userId: `user-${++tokens}`, ...claims })

/** A token of some other issuer that auth takes. */
async function accepted(session_id: string, { user_id = ada, exp = 600 } = {}): Promise<string> {
  const token = await sign()
  known.set(token, { user_id, session_id, expires_at: nowSeconds() + exp })
  return token
}

test('an outside token opens a socket wherever an access token does', async () => {
  const byHeader = { token: await accepted('by-header') }
  const byProtocol = { protocols: ['parley.v1', `bearer.${await accepted('by-protocol')}`] }
  for (const options of [byHeader, byProtocol]) {
    await using socket = await world.connect({ ...options, headers: { 'user-agent': 'Phone/1.0' } })
    socket.send({ type: 'hello' })
    expect(await socket.next('welcome')).toMatchObject({ user: { id: ada } })
  }
  await using socket = await world.connect()
  socket.send({ type: 'authenticate', token: await accepted('by-frame') })
  socket.send({ type: 'hello' })
  expect(await socket.next('welcome')).toMatchObject({ session_id: 'by-frame', user: { id: ada } })

  expect(asked[0]).toEqual({ token: byHeader.token, client: { address: '127.0.0.1', device: 'Phone/1.0' } })
})

test('T04: an outside token in the address opens a legacy socket, which ends with its session', async () => {
  const token = await accepted('by-address', { exp: 1 })
  await using socket = await world.connect({ path: `/ws/chat/?token=${token}` })
  socket.send({ type: 'ping' })
  await socket.next('pong')
  await using refused = await world.connect({ path: `/ws/chat/?token=${await sign()}` })
  const ended = { user_id: ada, session_ids: ['by-address'] }
  world.bus.nats.publish(subjects.broadcast(sessionEnded.name), JSON.stringify(ended))

  expect((await socket.closed).code).toBe(4403)
  expect((await refused.closed).code).toBe(4401)
})

test('over HTTP an outside token is none', async () => {
  const token = await accepted('over-http')

  expect((await world.call('/api/users/me', { token })).status).toBe(401)
  expect(asked.map((each) => each.token)).not.toContain(token)
})

test('T01: in the address an outside token is refused like any other', async () => {
  await using socket = await world.connect({ path: `/ws?token=${await accepted('in-url')}` })

  expect(await socket.closed).toEqual({ code: 4401, reason: 'token_in_url' })
})

test('T07: what calls itself an access token, and what is no token at all, is not shown to auth', async () => {
  const before = asked.length
  for (const token of [await sign({ iss: 'parley' }), 'not.a.token', 'user-1', 'x'.repeat(9_000)]) {
    await using socket = await world.connect({ token })
    expect((await socket.closed).code).toBe(4401)
  }

  expect(asked.length).toBe(before)
})

test.each<[string, AnyErrorCode | undefined, number]>([
  ['is refused', undefined, 4401],
  ['cannot be verified now', 'unavailable', 4013],
  ['comes after too many bad ones', 'rate_limited', 4029],
])('T07: an outside token that %s closes the socket with its code', async (_, code, closed) => {
  const token = await sign()
  if (code) known.set(token, code)
  await using socket = await world.connect({ token })

  expect((await socket.closed).code).toBe(closed)
  expect(socket.frames).toEqual([])
})

test('T13: sockets of one outside token are one session and end with it', async () => {
  const token = await accepted('outside-session')
  await using first = await world.live(ada, { token })
  await using second = await world.live(ada, { token })
  const event = JSON.stringify({ user_id: ada, session_ids: ['outside-session'] })
  world.bus.nats.publish(subjects.broadcast(sessionEnded.name), event)

  expect([(await first.closed).code, (await second.closed).code]).toEqual([4403, 4403])
  // Auth may not have heard of it yet.
  await using again = await world.connect({ token })
  expect((await again.closed).code).toBe(4401)
})

test('T15: a socket ends with its outside token, unless another one of the same session comes', async () => {
  const renewed = { token: await accepted('renewed', { exp: 2 }) }
  await using kept = await world.live(ada, renewed)
  await using left = await world.live(ada, { token: await accepted('left', { exp: 2 }) })
  kept.send({ type: 'authenticate', token: await accepted('renewed'), ref: 'new' })
  expect(await kept.next('ack')).toEqual({ type: 'ack', ref: 'new' })

  expect((await left.closed).code).toBe(4301)
  kept.send({ type: 'ping' })
  await kept.next('pong')
  kept.send({ type: 'authenticate', token: await accepted('renewed', { user_id: ben }) })
  expect((await kept.closed).code).toBe(4401)
})

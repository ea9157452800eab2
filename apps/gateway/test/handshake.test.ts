import { connect } from 'node:net'
import { issueTicket, redeemTicket } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ada, startWorld, type World } from './world.ts'

let world: World
const tickets = new Set<string>()
/** The pages that used one, and those that asked for one. */
const redeemedBy: (string | undefined)[] = []
const issuedTo: (string | undefined)[] = []
/** Until it resolves, no ticket is redeemed. */
let opening = Promise.resolve()

beforeAll(async () => {
  world = await startWorld({
    config: { ALLOWED_ORIGINS: ['https://app.example'], HOST: '0.0.0.0' },
    handlers: [
      handle(issueTicket, async (_, { client }) => {
        issuedTo.push(client?.origin)
        return { ticket: newTicket(), expires_in: 30 }
      }),
      handle(redeemTicket, async ({ ticket }, { client, fail }) => {
        redeemedBy.push(client?.origin)
        await opening
        if (!tickets.delete(ticket)) throw fail('ticket_invalid')
        const expires_at = Math.floor(Date.now() / 1_000) + 600
        return { user_id: ada, session_id: 'by-ticket', role: 'user' as const, expires_at }
      }),
    ],
  })
})
afterAll(() => world[Symbol.asyncDispose]())

const token = () => world.issuer.token(ada)
const hello = { type: 'hello' }

test.each<[string, () => Promise<Parameters<World['connect']>[0]>]>([
  ['the Authorization header', async () => ({ token: await token() })],
  ['a sub-protocol with a token', async () => ({ protocols: ['parley.v1', `bearer.${await token()}`] })],
  ['a sub-protocol with a ticket', async () => ({ protocols: ['parley.v1', `ticket.${newTicket()}`] })],
])('a socket authenticates by %s', async (_, options) => {
  await using socket = await world.connect(await options())
  socket.send(hello)
  await socket.next('welcome')

  expect(['', 'parley.v1']).toContain(socket.ws.protocol)
})

test('S2: any tool that speaks WebSocket can authenticate by its first frame, and frames behind it wait', async () => {
  await using socket = await world.connect({ protocols: ['parley.v1'] })
  socket.send({ type: 'authenticate', ticket: newTicket(), ref: 'first' })
  socket.send({ type: 'ping', timestamp: 1 })
  socket.send(hello)
  await socket.next('welcome')

  expect(socket.frames[0]).toEqual({ type: 'pong', timestamp: 1 })
  expect(socket.ws.protocol).toBe('parley.v1')
})

test('frames that come while a credential is verified are all handled, however many', async () => {
  const gate = Promise.withResolvers<void>()
  opening = gate.promise
  await using socket = await world.connect({ protocols: ['parley.v1', `ticket.${newTicket()}`] })
  for (let i = 0; i < 350; i++) socket.send({ type: 'ping', timestamp: `${i}`.padEnd(1_000) })
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(socket.frames).toEqual([])
  gate.resolve()
  for (let i = 0; i < 350; i++) await socket.next('pong')

  expect(socket.frames.map(({ timestamp }) => Number(timestamp))).toEqual([...Array(350).keys()])
})

test('T02: auth is told which page uses a ticket, and which asks for one, over HTTP and on a socket', async () => {
  const origin = 'https://app.example'
  await using socket = await world.connect({
    ...{ protocols: ['parley.v1', `ticket.${newTicket()}`], headers: { origin } },
  })
  socket.send({ type: 'request', method: 'auth.issue_ticket', params: {}, ref: 't' })
  await socket.next('response')
  await using tool = await world.connect({ protocols: ['parley.v1', `ticket.${newTicket()}`] })
  tool.send(hello)
  await tool.next('welcome')
  await world.call('/api/auth/ticket', { method: 'POST', token: await token(), headers: { origin } })

  expect(redeemedBy.slice(-2)).toEqual([origin, undefined])
  expect(issuedTo).toEqual([origin, origin])
})

test('a ticket is good once', async () => {
  const ticket = newTicket()
  await using first = await world.connect({ protocols: ['parley.v1', `ticket.${ticket}`] })
  first.send({ type: 'ping' })
  await first.next('pong')
  await using second = await world.connect({ protocols: ['parley.v1', `ticket.${ticket}`] })

  expect((await second.closed).code).toBe(4401)
})

test('T01: a token in the address is refused, even a good one', async () => {
  await using socket = await world.connect({ path: `/ws?token=${await token()}` })
  await using both = await world.connect({ path: '/ws/?access_token=x', token: await token() })

  expect(await socket.closed).toEqual({ code: 4401, reason: 'token_in_url' })
  expect(await both.closed).toEqual({ code: 4401, reason: 'token_in_url' })
})

test('T03: who says nothing is closed with 4401 between five and six seconds', async () => {
  const at = performance.now()
  await using socket = await world.connect()
  const { code } = await socket.closed
  const ms = performance.now() - at

  expect(code).toBe(4401)
  expect(ms).toBeGreaterThan(4_900)
  expect(ms).toBeLessThan(6_200)
})

test.each(['{"type":"ping"}', '{"type":"hello"}', '{"type":"authenticate"}', 'no json', '[]'])(
  'T03: %s before a credential closes with 4401',
  async (frame) => {
    await using socket = await world.connect()
    socket.send(frame)

    expect((await socket.closed).code).toBe(4401)
    expect(socket.frames).toEqual([])
  },
)

test.each([
  'https://evil.example',
  'null',
  'https://app.example.evil.com',
  'https://evilapp.example',
  'http://app.example',
  'https://app.example:8443',
  'https://app.example.',
  'http://localhost:3000',
])(
  'T05, S1, S3, S4: pages of other sites are refused before the upgrade, and over HTTP: %s',
  async (origin) => {
    const headers = { origin }
    await expect(world.connect({ token: await token(), headers })).rejects.toMatchObject({ status: 403 })
    const response = await world.call('/healthz', { headers })

    expect(response.status).toBe(403)
    expect(await response.json()).toMatchObject({ code: 'forbidden' })
  },
)

test('T05: a listed page, a page of the gateway itself, and no page at all are accepted', async () => {
  for (const headers of [{ origin: 'https://app.example' }, { origin: world.url }, {}]) {
    await using socket = await world.connect({ token: await token(), headers })
    socket.send({ type: 'ping' })
    await socket.next('pong')
  }
  const response = await world.call('/healthz', { headers: { origin: 'https://app.example' } })

  expect(response.headers.get('access-control-allow-origin')).toBe('https://app.example')
  const refused = await world.call('/api/users/me', { headers: { origin: 'https://app.example' } })
  expect(refused.status).toBe(401)
  expect(refused.headers.get('access-control-allow-origin')).toBe('https://app.example')
})

test('T05: a name that somebody points at this machine is not the gateway itself', async () => {
  const headers = { origin: 'http://rebound.example', host: 'rebound.example' }

  await expect(world.connect({ token: await token(), headers })).rejects.toMatchObject({ status: 403 })
})

test('T05: a cookie is no credential', async () => {
  await using socket = await world.connect({ headers: { cookie: `access_token=${await token()}` } })
  socket.send(hello)

  expect((await socket.closed).code).toBe(4401)
})

test('S1: a browser may ask before it calls', async () => {
  const response = await world.call('/api/auth/login', {
    method: 'OPTIONS',
    headers: {
      origin: 'https://app.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    },
  })

  expect(response.status).toBe(204)
  expect(response.headers.get('access-control-allow-methods')).toMatch(/PATCH/)
})

test('an unknown socket path is 404 before the upgrade', async () => {
  await expect(world.connect({ path: '/ws/other', token: await token() })).rejects.toMatchObject({
    status: 404,
    headers: { 'content-type': 'application/problem+json' },
  })
})

test('a request to the socket path that does not upgrade is told so', async () => {
  const response = await world.call('/ws')

  expect(response.status).toBe(426)
})

test('sub-protocols without ours close with 4406', async () => {
  const raw = connect(world.port, '127.0.0.1')
  raw.write(
    [
      'GET /ws HTTP/1.1',
      'Host: localhost',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Protocol: parley.v9',
      '\r\n',
    ].join('\r\n'),
  )
  const chunks: Buffer[] = []
  for await (const chunk of raw) chunks.push(chunk as Buffer)
  const answer = Buffer.concat(chunks)
  const frame = answer.subarray(answer.indexOf('\r\n\r\n') + 4)

  expect(answer.toString('latin1')).toMatch(/^HTTP\/1.1 101 /)
  expect(answer.toString('latin1')).not.toMatch(/Sec-WebSocket-Protocol/)
  expect(frame.readUInt16BE(2)).toBe(4406)
}, 10_000)

function newTicket(): string {
  const ticket = `ticket-${Math.random().toString(36).slice(2)}`
  tickets.add(ticket)
  return ticket
}

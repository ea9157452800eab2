import { logIn } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import { eventually } from '@parley/testkit'
import { expect, test } from 'vitest'
import { head, openRaw, rawFrame, upgradeLines } from './raw-socket.ts'
import { ada, ben, startWorld, type World, type WorldOptions } from './world.ts'

/** What auth would take for the client's address. */
async function startSeeing(config: WorldOptions['config']) {
  const seen: (string | undefined)[] = []
  const watching = handle(logIn, async (_, { client, fail }) => {
    seen.push(client?.address)
    throw fail('invalid_credentials')
  })
  const world = await startWorld({ handlers: [watching], ...(config && { config }) })
  const from = async (headers: Record<string, string>) => {
    const json = { identifier: 'ada', password: 'x'.repeat(8) }
    const response = await world.call('/api/auth/login', { method: 'POST', json, headers })
    expect(response.status).toBe(401)
    return seen.at(-1)
  }
  return { world, from, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() }
}

test('T06: whatever a client says of hops before it, its address is that of its connection', async () => {
  await using edge = await startSeeing({ ADDRESS_LIMIT_FACTOR: 0.01 })
  const { world, from } = edge

  for (const header of ['x-forwarded-for', 'x-real-ip', 'forwarded', 'cf-connecting-ip', 'x-user-id'])
    expect(await from({ [header]: '203.0.113.7' })).toBe('127.0.0.1')
  // One limit, however often the client calls itself somebody else.
  const token = await world.issuer.token(ada)
  const hops = ['203.0.113.1', '203.0.113.2', '203.0.113.3']
  const tries = await Promise.allSettled(
    hops.map((hop) => world.connect({ token, headers: { 'x-forwarded-for': hop } })),
  )
  expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(2)
  for (const result of tries) if (result.status === 'fulfilled') await result.value[Symbol.asyncDispose]()
})

test('T29: what a client says in headers of who it is counts for nothing', async () => {
  await using world = await startWorld()
  const headers = { 'x-user-id': String(ben), 'x-internal-role': 'admin', 'x-forwarded-user': String(ben) }

  expect((await world.call('/api/users/me', { headers })).status).toBe(401)
  const mine = await world.call('/api/users/me', { headers, token: await world.issuer.token(ada) })
  expect(await mine.json()).toMatchObject({ id: ada, role: 'user' })
})

test('T06: a trusted proxy is believed about the hop before it, and no further; not about scheme or host', async () => {
  await using edge = await startSeeing({ TRUSTED_PROXIES: ['127.0.0.0/8', '10.0.0.0/8'] })
  const { world, from } = edge

  expect(await from({ 'x-forwarded-for': '198.51.100.1, 203.0.113.7' })).toBe('203.0.113.7')
  expect(await from({ 'x-forwarded-for': '198.51.100.1, 203.0.113.7, 10.1.2.3' })).toBe('203.0.113.7')
  expect(await from({ 'x-forwarded-for': '2001:db8::7' })).toBe('2001:db8::7')
  expect(await from({ 'x-forwarded-for': 'nonsense' })).toBe('127.0.0.1')
  expect(await from({})).toBe('127.0.0.1')
  const forged = {
    origin: 'https://own.example',
    'x-forwarded-host': 'own.example',
    'x-forwarded-proto': 'https',
  }
  expect((await world.call('/healthz', { headers: forged })).status).toBe(403)
})

test('every answer tells browsers not to guess, frame or store it, whatever its status', async () => {
  await using world = await startWorld()
  const token = await world.issuer.token(ada)
  const answers = await Promise.all([
    world.call('/api/users/me', { token }),
    world.call('/api/users/me'),
    world.call('/nowhere'),
    world.call('/docs'),
    world.call('/ws'),
  ])

  expect(answers.map(({ status }) => status)).toEqual([200, 401, 404, 200, 426])
  for (const { headers } of answers) {
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toMatch(/default-src 'self'.*frame-ancestors 'none'/)
    expect(headers.get('strict-transport-security')).toMatch(/max-age=\d{7,}/)
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('x-powered-by')).toBeNull()
    expect(headers.get('server')).toBeNull()
  }
  expect(answers[0]?.headers.get('cache-control')).toBe('no-store')
})

const keys = (count: number) => Array.from({ length: count }, (_, i) => `"k${i}":${i}`).join(',')
const bracketed = (text: string) => `{"type":"ping","timestamp":"here",${text}}`
test('T39: hostile JSON is answered as any other', async () => {
  await using world = await startWorld()
  await using socket = await world.live(ada)
  const frames = [
    bracketed(keys(5_000)),
    bracketed('"__proto__":{"type":"hello"},"constructor":{"prototype":1}'),
    bracketed('"n":1e400,"m":-1e-400,"big":123456789012345678901234567890'),
    bracketed('"lone":"\\ud800","nul":"\\u0000"'),
    bracketed('"twice":1,"twice":2'),
    `${' '.repeat(60_000)}${bracketed('"x":1')}`,
  ]
  for (const frame of frames) {
    socket.send(frame)
    expect(await socket.next('pong')).toEqual({ type: 'pong', timestamp: 'here' })
  }
  socket.send('{"type":"__proto__"}')
  socket.send('{"type":"constructor","ref":"c"}')
  expect(await socket.next('error')).toMatchObject({ code: 'invalid', errors: [{ path: 'type' }] })
  expect(await socket.next('error')).toMatchObject({ code: 'invalid', ref: 'c' })
})

test('T40: who opens an upgrade and never ends it is answered with 408, in numbers too, while others are served', async () => {
  await using world = await startWorld()
  const unended = upgradeLines('X-More: ').join('\r\n')
  const slow = Array.from({ length: 200 }, () => openRaw(world.port, unended))
  const trickle = setInterval(() => {
    for (const { socket } of slow) if (socket.writable) socket.write('x')
  }, 500)
  const ends = slow.map((raw) => raw.end())
  await using served = await world.live(ada)
  served.send({ type: 'ping' })
  await served.next('pong')
  const statuses = (await Promise.all(ends)).map(({ status }) => status)
  clearInterval(trickle)

  expect(new Set(statuses)).toEqual(new Set([408]))
}, 20_000)

test('T33: a request of more headers than anybody needs is 431, and one of more bytes', async () => {
  await using world = await startWorld()
  const token = await world.issuer.token(ada)
  const ask = (...more: string[]) =>
    openRaw(world.port, head('GET /api/users/me HTTP/1.1', 'Host: a', 'Connection: close', ...more)).last()
  const many = (count: number) => Array.from({ length: count }, (_, i) => `h${i}: x`)
  const upgrade = openRaw(
    world.port,
    head(...upgradeLines(`Authorization: Bearer ${token}`, ...many(101))),
  ).end()

  expect((await ask(`Authorization: Bearer ${token}`)).status).toBe(200)
  expect((await ask(...many(90), `Authorization: Bearer ${token}`)).status).toBe(200)
  expect((await ask(...many(101), `Authorization: Bearer ${token}`)).status).toBe(431)
  expect((await upgrade).status).toBe(431)
  expect((await ask(`Cookie: ${'x'.repeat(16_384)}`)).status).toBe(431)
  expect((await ask(...many(95).map((header) => header + 'x'.repeat(200)))).status).toBe(431)
})

test('T43: a process holds no more connections than it is set to, and takes the next when one has gone', async () => {
  await using world = await startWorld({ config: { MAX_CONNECTIONS: 3 } })
  const token = await world.issuer.token(ada)
  const held = await Promise.all([1, 2, 3].map(() => world.connect({ token })))
  await expect(world.connect({ token })).rejects.toThrow()
  await held[0]?.[Symbol.asyncDispose]()
  await eventually(async () => (await world.connect({ token }))[Symbol.asyncDispose]())
  for (const socket of held) await socket[Symbol.asyncDispose]()
})

test('T32, T42: sockets that vanish in the middle of anything leave nothing behind', async () => {
  await using world = await startWorld({ config: { ADDRESS_LIMIT_FACTOR: 100 } })
  const upgrade = head(...upgradeLines(`Authorization: Bearer ${await world.issuer.token(ada)}`))
  const cuts = [upgrade.slice(0, 40), upgrade, upgrade + rawFrame('{"type":"hello"}').toString('latin1')]
  await Promise.all(Array.from({ length: 60 }, (_, i) => vanish(world, cuts[i % 3] ?? '', i % 20)))

  await eventually(async () => expect(await world.metric('parley_sockets')).toBe(0))
  await using next = await world.live(ada)
  next.send({ type: 'ping' })
  await next.next('pong')
})

function vanish(world: World, text: string, afterMs: number): Promise<void> {
  const { socket } = openRaw(world.port, '')
  socket.write(Buffer.from(text, 'latin1'))
  return new Promise((resolve) => {
    socket.on('close', () => resolve())
    setTimeout(() => socket.resetAndDestroy(), afterMs)
  })
}

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { head, openRaw, opcodes, rawFrame, upgradeLines, type RawEnd } from './raw-socket.ts'
import { ada, startWorld, type World } from './world.ts'

let world: World
let authorization: string

beforeAll(async () => {
  world = await startWorld({ config: { ADDRESS_LIMIT_FACTOR: 100 } })
  authorization = `Authorization: Bearer ${await world.issuer.token(ada)}`
})
afterAll(() => world[Symbol.asyncDispose]())

const { continuation, text, binary, reserved, close, ping } = opcodes
const send = (...frames: Buffer[]): Promise<RawEnd> =>
  openRaw(world.port, head(...upgradeLines(authorization)), frames).end()
const fragments = (count: number, payload: string): Buffer[] => [
  rawFrame(payload, { fin: false, opcode: text }),
  ...Array.from({ length: count }, () => rawFrame(payload, { fin: false, opcode: continuation })),
]
const deepest = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`

const violations: [string, number, () => Buffer[]][] = [
  ['an unmasked frame', 1002, () => [rawFrame('{}', { masked: false })]],
  ['a compressed frame', 1002, () => [rawFrame('{}', { rsv: 4 })]],
  ['an unknown opcode', 1002, () => [rawFrame('{}', { opcode: reserved })]],
  ['a ping of 126 bytes', 1002, () => [rawFrame('x'.repeat(126), { opcode: ping })]],
  ['a fragmented ping', 1002, () => [rawFrame('x', { opcode: ping, fin: false })]],
  ['a continuation of nothing', 1002, () => [rawFrame('x', { opcode: continuation })]],
  ['a close with code 1005', 1002, () => [rawFrame(Buffer.from([3, 237]), { opcode: close })]],
  ['a close with one byte', 1002, () => [rawFrame('x', { opcode: close })]],
  ['bad UTF-8', 1007, () => [rawFrame(Buffer.from([0xc3, 0x28]))]],
  ['a frame above the limit', 1009, () => [rawFrame('x'.repeat(65_537))]],
  ['an announcement of a terabyte', 1009, () => [rawFrame('', { announced: 2n ** 40n })]],
  ['an announcement of 2^63', 1009, () => [rawFrame('', { announced: 2n ** 63n })]],
  ['seventy tiny fragments', 1008, () => fragments(70, 'x')],
  ['seventy empty fragments', 1008, () => fragments(70, '')],
  ['a binary frame', 1003, () => [rawFrame('{}', { opcode: binary })]],
  ['text that is not JSON', 4400, () => [rawFrame('hello')]],
  ['JSON that is no object', 4400, () => [rawFrame('[1]')]],
  ['a number', 4400, () => [rawFrame('1')]],
  ['a byte order mark', 4400, () => [rawFrame('\uFEFF{"type":"ping"}')]],
  ['ten thousand brackets', 4400, () => [rawFrame(`{"type":"ping","timestamp":${deepest(10_000)}}`)]],
  ['33 levels', 4400, () => [rawFrame(`{"type":"ping","timestamp":${deepest(32)}}`)]],
]

test.each(violations)('T31: %s closes with %i', async (_, code, frames) => {
  const end = await send(...frames())

  expect(end.status).toBe(101)
  expect(end.code).toBe(code)
})

test('T31: what is within the bounds is answered', async () => {
  await using socket = await world.connect({ token: authorization.split(' ')[2] as string })
  socket.send(`{"type":"ping","timestamp":${deepest(31)}}`)
  socket.send(JSON.stringify({ type: 'ping', timestamp: 'x'.repeat(65_000) }))

  expect(await socket.next('pong')).toHaveProperty('timestamp')
  expect(await socket.next('pong')).toHaveProperty('timestamp')
})

test.each([
  ['no key', upgradeLines().filter((line) => !line.startsWith('Sec-WebSocket-Key'))],
  ['version 12', upgradeLines().map((line) => line.replace('Version: 13', 'Version: 12'))],
  [
    'both lengths',
    ['POST /api/auth/login HTTP/1.1', 'Host: a', 'Content-Length: 4', 'Transfer-Encoding: chunked'],
  ],
  ['two lengths', ['POST /api/auth/login HTTP/1.1', 'Host: a', 'Content-Length: 4', 'Content-Length: 5']],
  ['a folded header', ['GET / HTTP/1.1', 'Host: a', 'X-Long: a', ' b']],
  ['a bad request line', ['GET / HTTP/9.9', 'Host: a']],
])('T31, T46: a request with %s is 400', async (_, lines) => {
  const end = await openRaw(world.port, head(...lines)).end()

  expect(end.status).toBe(400)
  expect(end.head).toMatch(/Content-Type: application\/problem\+json/i)
})

test('T31: headers of 20 kB are 431', async () => {
  const end = await openRaw(world.port, head(...upgradeLines(`X-Long: ${'x'.repeat(20_000)}`))).end()

  expect(end.status).toBe(431)
  expect(end.head).toMatch(/application\/problem\+json/)
})

test('T33: thousands of headers harm nobody', async () => {
  const many = Array.from({ length: 2_100 }, (_, i) => `h${i}: x`)
  const raw = openRaw(world.port, head(...upgradeLines(...many)))
  await new Promise((resolve) => raw.socket.once('data', resolve))
  raw.socket.destroy()

  expect((await world.call('/healthz')).status).toBe(200)
})

test('T32: every violation many times at once leaves the process whole and its sockets served', async () => {
  const rejections: unknown[] = []
  const onRejection = (err: unknown) => rejections.push(err)
  process.on('unhandledRejection', onRejection)
  await using witness = await world.live(102 * 256)
  const ends = violations.flatMap(([, , frames]) => Array.from({ length: 20 }, () => send(...frames())))
  await Promise.all(ends)
  witness.send({ type: 'ping' })
  await witness.next('pong')
  process.off('unhandledRejection', onRejection)

  expect(rejections).toEqual([])
  expect(await world.metric('parley_sockets')).toBe(1)
})

test('T34: a thousand frames above the limit cost no memory', async () => {
  const large = rawFrame('x'.repeat(65_537))
  const tries = async (times: number) => {
    for (let i = 0; i < times; i++) await Promise.all(Array.from({ length: 50 }, () => send(large)))
  }
  await tries(2)
  const before = heldBytes()
  await tries(20)

  // What closing sockets still hold goes with them.
  await eventually(() => expect(heldBytes() - before).toBeLessThan(5_000_000), { timeoutMs: 20_000 })
})

/** What is reachable, garbage left out. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

test('T35: fragments without end are closed with 1008', async () => {
  const raw = openRaw(world.port, head(...upgradeLines(authorization)))
  raw.socket.write(rawFrame('', { fin: false, opcode: text }))
  const more = rawFrame('', { fin: false, opcode: continuation })
  const endless = setInterval(() => raw.socket.write(more), 1)
  const end = await raw.end()
  clearInterval(endless)

  expect(end.code).toBe(1008)
})

test('T36: compression is not agreed to', async () => {
  const offer = 'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits'
  const raw = openRaw(world.port, head(...upgradeLines(authorization, offer)), [
    rawFrame(Buffer.from([3, 232]), { opcode: close }),
  ])
  const end = await raw.end()

  expect(end.head).toMatch(/^HTTP\/1.1 101/)
  expect(end.head).not.toMatch(/extensions/i)
})

const slow = head(
  'POST /api/auth/login HTTP/1.1',
  'Host: a',
  'Content-Type: application/json',
  'Content-Length: 9',
)
test.concurrent.each([
  ['T40: headers that do not end', 'GET /healthz HTTP/1.1\r\nHost: a', 7_500],
  ['T41: a body that does not end', `${slow}{`, 12_500],
])('%s are answered with 408', async (_, text, withinMs) => {
  const at = performance.now()
  const end = await openRaw(world.port, text).end()

  expect(end.status).toBe(408)
  expect(performance.now() - at).toBeLessThan(withinMs)
})

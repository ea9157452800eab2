import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { head, openRaw, opcodes, rawFrame, upgradeLines, type RawEnd, type RawSocket } from './raw-socket.ts'
import { ada, startWorld, type World } from './world.ts'

let world: World
let authorization: string

beforeAll(async () => {
  world = await startWorld({ config: { ADDRESS_LIMIT_FACTOR: 100 } })
  authorization = `Authorization: Bearer ${await world.issuer.token(ada)}`
})
afterAll(() => world[Symbol.asyncDispose]())

const { continuation, text, close, ping, pong } = opcodes
const part = (payload: Buffer | string, opcode: number = continuation, fin = false) =>
  rawFrame(payload, { fin, opcode })
/** A message that comes back as it is. */
const echo = (timestamp: string) => `{"type":"ping","timestamp":${JSON.stringify(timestamp)}}`
const closing = (code: number, reason: Buffer | string = '') => {
  const payload = Buffer.alloc(2)
  payload.writeUInt16BE(code)
  return rawFrame(Buffer.concat([payload, Buffer.from(reason)]), { opcode: close })
}
const bye = closing(1000)

/** A socket whose credential has been accepted, and what it gets from there on. */
async function openReady(): Promise<RawSocket> {
  const raw = openRaw(world.port, head(...upgradeLines(authorization)), [rawFrame(echo('ready'))])
  raw.socket.setNoDelay(true)
  for await (const chunk of raw.socket.iterator({ destroyOnReturn: false }))
    if ((chunk as Buffer).includes('ready')) break
  return raw
}

/** Sends frames, each in a packet of its own where the system allows it, and reads to the close frame. */
async function converse(...frames: Buffer[]): Promise<RawEnd> {
  const raw = await openReady()
  for (const frame of frames) raw.socket.write(frame)
  const end = await raw.end()
  for (const { first, isMasked } of end.frames) {
    expect(isMasked).toBe(false)
    expect(first - (first % 16)).toBe(0x80)
  }
  return end
}

/** What was said before the close frame: `pong` frames of the protocol as `<payload>`, those of RFC 6455 as `pong <payload>`. */
const said = ({ frames }: RawEnd): string[] =>
  frames.slice(0, -1).map(({ first, payload }) => {
    if (first % 16 !== text) return `pong ${payload.toString('latin1')}`
    return String((JSON.parse(payload.toString()) as { timestamp: string }).timestamp)
  })
const bytewise = (frame: Buffer) => [...frame].map((byte) => Buffer.from([byte]))

test.each([0, 64, 125, 126, 127, 128, 1_000, 65_400])(
  'T31: text of %i bytes comes back, masked with any key, whole or in small pieces',
  async (length) => {
    const filled = 'é'.repeat(length / 2)
    const frame = rawFrame(echo(filled), { mask: randomBytes(4) })
    const pieces =
      length > 1_000 ? [frame.subarray(0, 3), frame.subarray(3, 99), frame.subarray(99)] : bytewise(frame)

    expect(said(await converse(frame, bye))).toEqual([filled])
    expect(said(await converse(...pieces, bye))).toEqual([filled])
  },
)

test('T31: each ping is answered by one pong with its payload, in order, and pongs unasked for by nothing', async () => {
  const payloads = ['', 'hello', '\x00\xff\xfe\xfd\x55', 'x'.repeat(125)]
  const pings = payloads.map((payload) => rawFrame(Buffer.from(payload, 'latin1'), { opcode: ping }))
  const pongs = ['', 'unasked'].map((payload) => rawFrame(payload, { opcode: pong }))
  const end = await converse(...pongs, ...pings, ...pongs, ...pings.flatMap(bytewise), bye)

  expect(said(end)).toEqual([...payloads, ...payloads].map((payload) => `pong ${payload}`))
  expect(end.code).toBe(1000)
})

const reserved = [3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode): [string, Buffer] => [
  `opcode ${opcode}`,
  rawFrame('{}', { opcode }),
])
const bits = [1, 2, 3, 4, 5, 6, 7].flatMap((rsv) =>
  [text, ping, close].map((opcode): [string, Buffer] => [
    `reserved bits ${rsv} on opcode ${opcode}`,
    rawFrame('{}', { rsv, opcode }),
  ]),
)
const control: [string, Buffer][] = [
  ['a fragmented pong', part('x', pong)],
  ['a pong of 126 bytes', rawFrame('x'.repeat(126), { opcode: pong })],
  ['a fragmented close', part(Buffer.from([3, 232]), close)],
  ['a close of 126 bytes', closing(1000, 'x'.repeat(124))],
  ['an unmasked ping', rawFrame('', { opcode: ping, masked: false })],
  ['an unmasked close', rawFrame('', { opcode: close, masked: false })],
]
test.each([...reserved, ...bits, ...control])(
  'T31: %s closes with 1002, also behind a message, which is answered, and amid one',
  async (_, frame) => {
    const behind = await converse(rawFrame(echo('before')), frame, rawFrame(echo('after')))
    const amid = await converse(part('{"type":', text), frame, part('"ping"}', continuation, true))

    expect([behind.code, said(behind)]).toEqual([1002, ['before']])
    expect([amid.code, said(amid)]).toEqual([1002, []])
  },
)

test('T31: a message in fragments comes back whole, with control frames between them answered first', async () => {
  const [first, ...rest] = bytewise(Buffer.from(echo('fragments of one message')))
  const frames = [
    part(first!, text),
    ...rest.flatMap((letter, i) => [
      ...(i % 16 === 3 ? [rawFrame(`p${i}`, { opcode: ping }), rawFrame('', { opcode: pong })] : []),
      part(letter, continuation, i === rest.length - 1),
    ]),
  ]
  const answers = ['pong p3', 'pong p19', 'pong p35', 'pong p51', 'fragments of one message']

  expect(said(await converse(...frames, bye))).toEqual(answers)
  // Of all that comes at once control frames are answered first.
  const atOnce = said(await converse(Buffer.concat([...frames, ...frames, bye])))
  expect(atOnce.toSorted()).toEqual([...answers, ...answers].toSorted())
  expect(said(await converse(...frames.flatMap(bytewise), bye))).toEqual(answers)
})

test('T31: empty fragments are fragments like others', async () => {
  const whole = echo('between empty ones')
  const frames = [part('', text), part(whole), part('', continuation, true)]

  expect(said(await converse(...frames, bye))).toEqual(['between empty ones'])
})

test.each<[string, Buffer[]]>([
  ['a new message amid another', [part('{"type":', text), rawFrame(echo('x'))]],
  ['a new fragmented message amid another', [part('{"type":', text), part('{', text)]],
  ['an empty continuation of nothing', [part('', continuation, true)]],
  [
    'a continuation after the end',
    [part('{', text), part('}', continuation, true), part('}', continuation, true)],
  ],
])('T31: %s closes with 1002 or as malformed', async (_, frames) => {
  expect([1002, 4400]).toContain((await converse(...frames)).code)
})

const invalid: [string, number[]][] = [
  ['a lone continuation byte', [0x80]],
  ['a start without its rest', [0xce]],
  ['an overlong slash', [0xc0, 0xaf]],
  ['an overlong zero', [0xe0, 0x80, 0x80]],
  ['a surrogate', [0xed, 0xa0, 0x80]],
  ['a pair of surrogates', [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]],
  ['a code point above the last', [0xf4, 0x90, 0x80, 0x80]],
  ['five bytes', [0xf8, 0x88, 0x80, 0x80, 0x80]],
  ['fe', [0xfe]],
  ['ff', [0xff]],
]
test.each(invalid)(
  'T31: %s in text closes with 1007, whole, in fragments, and in a close',
  async (_, bytes) => {
    const [start, end] = echo('|')
      .split('|')
      .map((half) => Buffer.from(half)) as [Buffer, Buffer]
    const wrong = Buffer.from(bytes)
    const whole = await converse(rawFrame(Buffer.concat([start, wrong, end])))
    const letters = [...wrong].map((byte) => part(Buffer.from([byte])))
    const apart = await converse(part(start, text), ...letters, part(end, continuation, true))
    const reason = await converse(closing(1000, wrong))

    expect([whole.code, apart.code, reason.code]).toEqual([1007, 1007, 1007])
  },
)

test('T31: letters may be split between fragments anywhere', async () => {
  const letters = '\u00e9\u20ac\ud7ff\ue000\ufffd\uffff\u{10000}\u{10ffff}'
  const [first, ...rest] = bytewise(Buffer.from(echo(letters)))
  const frames = [
    part(first!, text),
    ...rest.map((byte, i) => part(byte, continuation, i === rest.length - 1)),
  ]

  expect(frames.length).toBeLessThanOrEqual(64)
  expect(said(await converse(...frames, bye))).toEqual([letters])
})

test.each([1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999])(
  'T31: a close with %i is answered by the same, and the connection ends',
  async (code) => {
    const raw = await openReady()
    const frames = [
      rawFrame(echo('before')),
      closing(code, 'x'.repeat(123)),
      rawFrame('', { opcode: ping }),
      rawFrame(echo('after')),
      closing(4999),
    ]
    raw.socket.write(Buffer.concat(frames))
    const end = await raw.last()

    expect([end.code, said(end)]).toEqual([code, ['before']])
  },
)

test('T31: a close without a code is answered by one without', async () => {
  const raw = await openReady()
  raw.socket.write(rawFrame('', { opcode: close }))
  const end = await raw.last()

  expect(end.frames.map(({ payload }) => payload.length)).toEqual([0])
})

test.each([0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535])(
  'T31: a close with %i closes with 1002',
  async (code) => {
    expect((await converse(closing(code))).code).toBe(1002)
  },
)

test('T31: a close that meets the close of the other side ends the connection with one close frame', async () => {
  const ends = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const raw = await openReady()
      raw.socket.write(Buffer.concat([rawFrame('[1]'), bye]))
      return raw.last()
    }),
  )

  for (const { code, frames } of ends) {
    expect(code).toBe(4400)
    expect(frames).toHaveLength(1)
  }
})

test('T31: a close amid a fragmented message is a close', async () => {
  expect((await converse(part('{"type":', text), bye, part('"ping"}', continuation, true))).code).toBe(1000)
})

test('T31: a message in fragments may be as long as one in a frame, and no longer', async () => {
  const most = echo('x'.repeat(65_536 - echo('').length))
  const split = (whole: string) => {
    const [first = '', ...rest] = whole.match(/.{1,2000}/gs) ?? []
    return [part(first, text), ...rest.map((some, i) => part(some, continuation, i === rest.length - 1))]
  }
  const within = await converse(...split(most), bye)
  const above = await converse(...split(`${most} `))
  const announced = await converse(
    part('{"type":', text),
    rawFrame('', { opcode: continuation, announced: 65_529n }),
  )

  expect([within.code, said(within)[0]?.length]).toEqual([1000, 65_536 - echo('').length])
  expect([above.code, announced.code]).toEqual([1009, 1009])
})

test('T31, T35: a message has 64 fragments at most, however many control frames are between them', async () => {
  const [start, end] = ['{"type":"ping","timestamp":"', '"}'] as const
  const message = (count: number) => [
    part(start, text),
    ...Array.from({ length: count - 2 }, (_, i) => [part('x'), rawFrame(`${i}`, { opcode: ping })]).flat(),
    part(end, continuation, true),
  ]
  const within = await converse(...message(64), bye)

  expect([within.code, said(within).at(-1)]).toEqual([1000, 'x'.repeat(62)])
  expect((await converse(...message(66))).code).toBe(1008)
})

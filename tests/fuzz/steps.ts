import { clientFrames, rpcs, type AnyRpc } from '@parley/protocol'
import * as fc from 'fast-check'
import type * as z from 'zod'
import { legacyStep, type LegacyStep } from './legacy-steps.ts'
import { inputOf, type Fields } from './values.ts'

/** `who` is one of the people, or beyond them nobody, or somebody with a bad token. */
export interface CallStep {
  kind: 'call'
  who: number
  name: string
  input: Fields
  body: Body
}

export interface FrameStep {
  kind: 'frame'
  who: number
  type: string
  fields: Fields
  damage: Damage | null
}

export interface BytesStep {
  kind: 'bytes'
  who: number
  isUpgraded: boolean
  /** What is written first, where it is no upgrade. */
  start: string
  chunks: Uint8Array[]
}

/** Something that a client does, right or wrong. */
export type Step = CallStep | FrameStep | LegacyStep | BytesStep

/** How the body of a request is written. */
export interface Body {
  contentType: string
  damage: Damage | null
}

/** What happens to a text on the way. */
export interface Damage {
  at: number
  cut: number
  insert: string
}

export const PEOPLE = 6

/** Those that end the sessions of the people with whom the rest is tried have a test of their own. */
const left = new Set(['auth.log_out', 'auth.end_session', 'auth.change_password'])
export const operations: readonly AnyRpc[] = rpcs.filter(
  ({ name, http }) => http !== undefined && !left.has(name),
)

const who = fc.nat(PEOPLE + 1)
const damage: fc.Arbitrary<Damage | null> = fc.option(
  fc.record({ at: fc.nat(400), cut: fc.nat(20), insert: fc.string({ unit: 'binary', maxLength: 20 }) }),
  { freq: 5 },
)
const contentType = fc.oneof(
  { weight: 9, arbitrary: fc.constant('application/json') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'application/json;charset=utf-16',
      'text/plain',
      'APPLICATION/JSON',
      'a/b',
      'application/jsonx',
    ),
  },
)

const call = fc.oneof(
  ...operations.map(({ name, input }) =>
    fc.record({
      kind: fc.constant('call' as const),
      who,
      name: fc.constant(name),
      input: inputOf(input),
      body: fc.record({ contentType, damage }),
    }),
  ),
)

const frameSchemas: [type: string, schema: z.ZodType][] = [
  ...Object.entries(clientFrames).map(([type, { payload }]): [string, z.ZodType] => [type, payload]),
  ...rpcs.flatMap(({ socket, input }): [string, z.ZodType][] => (socket ? [[socket.type, input]] : [])),
]
const ref = fc.record({ ref: fc.oneof(fc.string({ maxLength: 70 }), fc.nat()) }, { requiredKeys: [] })
const frame = fc.oneof(
  ...frameSchemas.map(([type, schema]) =>
    fc.record({
      kind: fc.constant('frame' as const),
      who,
      type: fc.constant(type),
      fields: fc.tuple(inputOf(schema), ref).map(([fields, more]) => ({ ...fields, ...more })),
      damage,
    }),
  ),
  fc.record({
    kind: fc.constant('frame' as const),
    who,
    type: fc.constant('request'),
    fields: fc
      .constantFrom(...operations)
      .chain(({ name, input }) => inputOf(input).map((params) => ({ method: name, params, ref: 'r' }))),
    damage,
  }),
)

const start = fc.constantFrom(
  '',
  'GET /healthz HTTP/1.1\r\nHost: a\r\n',
  'POST /api/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 30\r\n\r\n',
  'POST /api/auth/login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n',
  'GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n',
)
/** Bytes that look like frames, and bytes that do not. */
const chunk = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc
    .tuple(fc.nat(255), fc.nat(127), fc.uint8Array({ maxLength: 200 }))
    .map(([first, length, rest]) => Uint8Array.from([first, 128 + length, ...rest])),
)
const bytes = fc.record({
  kind: fc.constant('bytes' as const),
  who,
  isUpgraded: fc.boolean(),
  start,
  chunks: fc.array(chunk, { minLength: 1, maxLength: 6 }),
})

export const batch: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof<fc.MaybeWeightedArbitrary<Step>[]>(
    { weight: 6, arbitrary: call },
    { weight: 6, arbitrary: frame },
    { weight: 3, arbitrary: legacyStep(who) },
    { weight: 1, arbitrary: bytes },
  ),
  { minLength: 1, maxLength: 24, size: 'max' },
)

export function damaged(text: string, { at, cut, insert }: Damage): string {
  const from = at % (text.length + 1)
  return text.slice(0, from) + insert + text.slice(from + cut)
}

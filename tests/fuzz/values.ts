import * as fc from 'fast-check'
import * as z from 'zod'

type Schema = z.core.JSONSchema.JSONSchema
export type Fields = Record<string, unknown>

/** Texts that have broken programs before. */
const hostile = fc.constantFrom(
  '',
  ' ',
  '\0',
  '\ud800',
  '\uFEFF',
  '\r\n\r\n',
  '../../etc/passwd',
  '%00%2e%2e%2f',
  "'; drop table account; --",
  '$.** ? (@ == 1)',
  '\\',
  '{"$ne":null}',
  '*.>',
  '__proto__',
  '1e999',
  '-0',
  '9007199254740993',
  '2026-02-30T25:61:61.000Z',
  '\u202Egnp.exe',
  '👩‍👩‍👧'.repeat(40),
  'a'.repeat(5_000),
  `${'a'.repeat(100)}!@`,
)
const numbers = fc.constantFrom(0, -1, 1, 256, 2 ** 31, 2 ** 53 - 1, 2 ** 53, 1e308, 0.5, -0)

/** What a program that goes on has to bear in any place. */
const anything: fc.Arbitrary<unknown> = fc.oneof(
  hostile,
  numbers,
  fc.string({ unit: 'binary' }),
  fc.jsonValue(),
  fc.constantFrom(null, true, [], {}, [[[[[[[]]]]]]], { __proto__: 1 }, Array<number>(300).fill(1)),
)

/** `@user 3` and the like stand for ids of the system that is tried; see `withIds`. */
const known = ['user', 'conversation', 'message'] as const
export type Known = Record<(typeof known)[number], readonly number[]>

const idOf = (name: string): fc.Arbitrary<unknown> => {
  const kind = known.find((one) => name.includes(one)) ?? 'user'
  return fc.oneof(
    { weight: 6, arbitrary: fc.nat(9).map((n) => `@${kind} ${n}`) },
    { weight: 1, arbitrary: fc.constantFrom(...known).map((other) => `@${other} 0`) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 2 ** 53 - 1 }) },
  )
}

/** What fits a schema, mostly; `name` is that of the field. */
function fitting(schema: Schema | boolean, name = ''): fc.Arbitrary<unknown> {
  if (typeof schema === 'boolean') return anything
  const { anyOf, oneOf, enum: words, const: only, type } = schema
  if (only !== undefined) return fc.constant(only)
  if (words) return fc.constantFrom(...words)
  const parts = anyOf ?? oneOf
  if (parts) return fc.oneof(...parts.map((part) => fitting(part as Schema, name)))
  if (type === 'integer' || type === 'number') return fittingNumber(schema, name)
  if (type === 'string') return fittingText(schema)
  if (type === 'boolean') return fc.boolean()
  if (type === 'null') return fc.constant(null)
  if (type === 'array') return fc.array(fitting((schema.items ?? true) as Schema, name), { maxLength: 5 })
  if (type === 'object') return fittingObject(schema)
  return anything
}

function fittingNumber({ minimum = 0, maximum = 2 ** 53 - 1 }: Schema, name: string): fc.Arbitrary<unknown> {
  if (/(^|_)ids?$/.test(name)) return idOf(name)
  const [min, max] = [Math.max(minimum, -(2 ** 53) + 1), Math.min(maximum, 2 ** 53 - 1)]
  const near = Math.min(max, min + 60)
  return fc.oneof(fc.integer({ min: Math.ceil(min), max: Math.floor(near) }), fc.constant(max), numbers)
}

function fittingText({ format, maxLength = 60, minLength = 0 }: Schema): fc.Arbitrary<unknown> {
  if (format === 'uuid') return fc.uuid()
  if (format === 'email') return fc.emailAddress()
  if (format === 'uri') return fc.webUrl()
  if (format === 'date-time') return fc.date({ noInvalidDate: true }).map((date) => date.toISOString())
  const max = Math.max(minLength, Math.min(maxLength, 60))
  return fc.oneof(
    { weight: 4, arbitrary: fc.string({ unit: 'grapheme', minLength, maxLength: max }) },
    { weight: 1, arbitrary: fc.constant('x'.repeat(maxLength)) },
    { weight: 1, arbitrary: hostile },
  )
}

function fittingObject({ properties = {}, required = [] }: Schema): fc.Arbitrary<Fields> {
  const fields = Object.entries(properties).map(([name, schema]) => [name, fitting(schema, name)] as const)
  return fc.record(Object.fromEntries(fields), {
    requiredKeys: required.filter((name) => name in properties),
  })
}

/** Input of a schema of the protocol, and now and then something that is wrong with it. */
export function inputOf(schema: z.ZodType): fc.Arbitrary<Fields> {
  const wanted = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  const edit = fc.record({ at: fc.nat(), value: fc.option(anything, { freq: 4 }), isExtra: fc.boolean() })
  const edits = fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(edit, { minLength: 1, maxLength: 3 }) },
  )
  return fc.tuple(fittingObject(wanted as Schema), edits).map(([fields, wrong]) => {
    const input: Fields = { ...fields }
    const names = Object.keys(wanted.properties ?? {})
    for (const { at, value, isExtra } of wrong) {
      const name = isExtra
        ? ['__proto__', 'constructor', 'sender_id', 'role', ''][at % 5]
        : names[at % names.length]
      if (name === undefined) continue
      if (value === null) delete input[name]
      else Object.defineProperty(input, name, { value, enumerable: true, configurable: true, writable: true })
    }
    return input
  })
}

/** Puts ids of the system in place of what stands for them. */
export function withIds(value: unknown, ids: Known): unknown {
  if (typeof value === 'string') {
    const [, kind, n] = /^@(user|conversation|message) (\d)$/.exec(value) ?? []
    if (kind === undefined) return value
    const list = ids[kind as keyof Known]
    return list[Number(n) % list.length] ?? value
  }
  if (Array.isArray(value)) return value.map((item) => withIds(item, ids))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withIds(inner, ids)]))
}

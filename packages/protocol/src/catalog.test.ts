import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { events, pushes, rpcs, serviceNames } from './catalog.ts'
import { isCommonErrorCode, isErrorCode } from './errors.ts'
import * as protocol from './index.ts'
import { clientFrames, gatewayFrames } from './socket-frames.ts'

const definitions = Object.values<unknown>(protocol).filter(
  (value) => typeof value === 'object' && value !== null && 'kind' in value,
)
const repeated = (texts: readonly string[]): string[] => texts.filter((text, i) => texts.indexOf(text) !== i)
const folder = new URL('.', import.meta.url)

test('every definition that the package exports is in the catalog', () => {
  const catalog = new Set<unknown>([...rpcs, ...events, ...pushes])
  expect(definitions.filter((definition) => !catalog.has(definition))).toEqual([])
  expect(catalog.size).toBe(definitions.length)
})

test.each(serviceNames)('every file of %s is exported', (service) => {
  const index = readFileSync(new URL('index.ts', folder), 'utf8')
  const files = readdirSync(new URL(`${service}/`, folder)).filter((file) => !file.endsWith('.test.ts'))
  expect(files.filter((file) => !index.includes(`'./${service}/${file}'`))).toEqual([])
})

test('names are unique and begin with their service', () => {
  const names = [...rpcs, ...events].map(({ name }) => name)
  expect(repeated(names)).toEqual([])
  expect(names.filter((name) => !serviceNames.some((service) => name.startsWith(`${service}.`)))).toEqual([])
})

test('an RPC is named service.verb_noun, an event service.noun_done', () => {
  const names = [...rpcs, ...events].map(({ name }) => name)
  expect(names.filter((name) => !/^[a-z]+\.[a-z]+(_[a-z]+)*$/.test(name))).toEqual([])
})

test('an operation declares each error once, and no error that any operation may answer', () => {
  for (const { name, errors: declared } of rpcs) {
    expect(repeated(declared), name).toEqual([])
    expect(
      declared.filter((code) => !isErrorCode(code) || (isCommonErrorCode(code) && code !== 'forbidden')),
      name,
    ).toEqual([])
  }
})

test('what only services may ask has no way in from the network', () => {
  const open = rpcs.filter(({ access, http, socket }) => access === 'service' && (http || socket))
  expect(open.map(({ name }) => name)).toEqual([])
})

test('a shard is a whole number from 0 to 255, whatever the ids', () => {
  const id = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })
  for (const { name, input, shard } of rpcs) {
    if (!shard) continue
    fc.assert(
      fc.property(inputOf(jsonSchema(input as z.ZodType)), id, (given, caller) => {
        const found = shard(given, caller)
        expect(Number.isInteger(found) && found >= 0 && found <= 255, `${name} ${found}`).toBe(true)
      }),
    )
  }
})

test('an operation stands in the file of its name', () => {
  const files = new Set(
    serviceNames.flatMap((service) =>
      readdirSync(new URL(`${service}/`, folder)).map((file) => `${service}/${file}`),
    ),
  )
  const misplaced = [...rpcs, ...events]
    .map(({ name }) => `${name.replace('.', '/').replaceAll('_', '-')}.ts`)
    .filter((file) => !files.has(file) && !file.endsWith('/check-ready.ts'))
  expect(misplaced).toEqual([])
})

test('each route and each frame leads to one place', () => {
  const routes = rpcs.flatMap(({ http }) =>
    http ? [`${http.method} ${http.path.replaceAll(/\{\w+\}/g, '{}')}`] : [],
  )
  const inbound = [
    ...rpcs.flatMap(({ socket }) => (socket ? [socket.type] : [])),
    ...Object.keys(clientFrames),
  ]
  const outbound = [...pushes.map(({ type }) => type), ...Object.keys(gatewayFrames)]
  expect([repeated(routes), repeated(inbound), repeated(outbound)]).toEqual([[], [], []])
})

test('what a route or an ack names is there', () => {
  for (const { name, http, socket, input, output } of rpcs) {
    const given = propertiesOf(input as z.ZodType)
    const answered = propertiesOf(output as z.ZodType)
    const parameters = [...(http?.path.matchAll(/\{(\w+)\}/g) ?? [])].map(([, parameter = '']) => parameter)
    expect(given, name).toEqual(expect.arrayContaining([...parameters, ...(socket?.requires ?? [])]))
    const named = [http?.body, http?.repeated].filter((field) => field !== undefined)
    expect(answered, name).toEqual(expect.arrayContaining([...named, ...(socket?.ack ?? [])]))
  }
})

test('every text, list and number that a client gives is bounded', () => {
  const inputs = [
    ...rpcs.map(({ name, input }) => [name, input as z.ZodType] as const),
    ...Object.entries(clientFrames).map(([type, { payload }]) => [type, payload as z.ZodType] as const),
  ]
  expect(inputs.flatMap(([name, input]) => unbounded(jsonSchema(input), name))).toEqual([])
})

test('a text, list or number without a bound is noticed', () => {
  const free = z.object({ text: z.string(), list: z.array(z.uuid()), number: z.number() })
  expect(unbounded(jsonSchema(free), 'input')).toEqual(['input.text', 'input.list', 'input.number'])
})

interface JsonSchema {
  type?: string | string[]
  format?: string
  pattern?: string
  enum?: unknown[]
  const?: unknown
  maxLength?: number
  maxItems?: number
  minimum?: number
  maximum?: number
  items?: JsonSchema
  prefixItems?: JsonSchema[]
  properties?: Record<string, JsonSchema>
  required?: string[]
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
}

const jsonSchema = (schema: z.ZodType): JsonSchema =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema

const propertiesOf = (schema: z.ZodType): string[] => Object.keys(jsonSchema(schema).properties ?? {})

/** Where a schema takes as much as anybody likes to give. A format or a pattern with an end is a bound. */
function unbounded(schema: JsonSchema, path: string): string[] {
  const inner = [
    ...(schema.anyOf ?? schema.oneOf ?? []).map((choice) => [path, choice] as const),
    ...Object.entries(schema.properties ?? {}).map(([name, field]) => [`${path}.${name}`, field] as const),
    ...(schema.items ? [[`${path}[]`, schema.items] as const] : []),
  ]
  const isText = schema.type === 'string' && schema.enum === undefined && schema.const === undefined
  const isFree =
    (isText &&
      schema.maxLength === undefined &&
      !/^(uuid|date|date-time)$/.test(schema.format ?? '') &&
      !schema.pattern?.endsWith('}$')) ||
    (schema.type === 'array' && schema.maxItems === undefined && schema.prefixItems === undefined) ||
    ((schema.type === 'number' || schema.type === 'integer') && schema.maximum === undefined)
  return [
    ...(isFree ? [path] : []),
    ...inner.flatMap(([innerPath, innerSchema]) => unbounded(innerSchema, innerPath)),
  ]
}

/** Any numbers, and the lists and objects that hold them, as a schema has them; the rest is left out. */
function inputOf({ type, minimum = 0, maximum, ...schema }: JsonSchema): fc.Arbitrary<unknown> {
  const { anyOf, items, prefixItems, properties, required = [] } = schema
  if (anyOf) return fc.oneof(...anyOf.map(inputOf))
  if (type === 'integer') return fc.integer({ min: minimum, max: maximum ?? Number.MAX_SAFE_INTEGER })
  if (prefixItems) return fc.tuple(...prefixItems.map(inputOf))
  if (items) return fc.array(inputOf(items), { maxLength: 3 })
  if (!properties) return fc.constant(undefined)
  const fields = Object.entries(properties).map(([name, field]) => [name, inputOf(field)] as const)
  return fc.record(Object.fromEntries(fields), { requiredKeys: required })
}

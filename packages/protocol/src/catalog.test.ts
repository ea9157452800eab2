import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { events, pushes, rpcs, serviceNames } from './catalog.ts'
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
  maximum?: number
  items?: JsonSchema
  prefixItems?: JsonSchema[]
  properties?: Record<string, JsonSchema>
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

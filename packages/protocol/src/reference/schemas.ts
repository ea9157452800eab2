import * as z from 'zod'
import * as protocol from '../index.ts'

export type JsonSchema = Record<string, unknown>

/** JSON Schemas of one document. What the protocol exports by a name stands once, under that name. */
export interface Schemas {
  /** As it is given, not as it is after parsing. */
  of(schema: z.ZodType): JsonSchema
  /** Those with a name that a document refers to, through others too. */
  usedBy(document: unknown): Record<string, JsonSchema>
  named(name: string): JsonSchema
}

const LOCAL = '#/$defs/'
const SHARED = '#/components/schemas/'

export function collectSchemas(): Schemas {
  const names = z.registry<{ id: string }>()
  for (const [id, value] of Object.entries(protocol)) {
    if (value instanceof z.ZodObject && value !== protocol.Nothing) names.add(value, { id })
  }
  const named: Record<string, JsonSchema> = {}
  return {
    of: (schema) => {
      const text = JSON.stringify(
        z.toJSONSchema(schema, {
          io: 'input',
          unrepresentable: 'any',
          metadata: names,
          override: ({ zodSchema, jsonSchema }) => {
            const description = z.globalRegistry.get(zodSchema)?.description
            if (description !== undefined) jsonSchema.description = description
            delete jsonSchema.id
          },
        }),
      )
      const {
        $schema: _,
        $defs = {},
        ...own
      } = JSON.parse(text.replaceAll(LOCAL, SHARED)) as {
        $schema?: string
        $defs?: Record<string, JsonSchema>
      }
      Object.assign(named, $defs)
      return own
    },
    usedBy: (document) => {
      const used = new Set<string>()
      const add = (part: unknown): void => {
        for (const name of referred(part)) {
          if (used.has(name) || !named[name]) continue
          used.add(name)
          add(named[name])
        }
      }
      add(document)
      return Object.fromEntries([...used].toSorted().map((name) => [name, named[name] ?? {}]))
    },
    named: (name) => named[name] ?? {},
  }
}

const referred = (part: unknown): string[] =>
  [...JSON.stringify(part).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name ?? '')

/** The fields of an object schema, through a reference to a shared one. */
export function fieldsOf(schemas: Schemas, schema: z.ZodType) {
  const own = schemas.of(schema)
  const name = typeof own['$ref'] === 'string' ? own['$ref'].slice(SHARED.length) : undefined
  const { properties = {}, required = [] } = (name === undefined ? own : schemas.named(name)) as {
    properties?: Record<string, JsonSchema>
    required?: string[]
  }
  return { properties, required }
}

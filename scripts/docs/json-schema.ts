import * as protocol from '@parley/protocol'
import * as z from 'zod'

/** The part of JSON Schema that the protocol's schemas turn into. */
export interface JsonSchema {
  type?: string
  const?: unknown
  enum?: unknown[]
  format?: string
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  minItems?: number
  maxItems?: number
  items?: JsonSchema
  prefixItems?: JsonSchema[]
  properties?: Record<string, JsonSchema>
  required?: string[]
  additionalProperties?: JsonSchema | boolean
  propertyNames?: JsonSchema
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  allOf?: JsonSchema[]
  description?: string
  default?: unknown
  /** The name under which the protocol exports this schema. */
  exported?: string
}

/** Schemas by the name that the protocol exports them under. */
export const namedSchemas: ReadonlyMap<string, z.ZodType> = new Map(
  Object.entries(protocol).flatMap(([name, value]) =>
    value instanceof z.ZodType ? [[name, value] as const] : [],
  ),
)
const names = new Map([...namedSchemas].map(([name, schema]) => [schema as z.core.$ZodType, name]))

/** As it is given, not as it is after parsing. */
export function toJsonSchema(schema: z.ZodType): JsonSchema {
  const json = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const name = names.get(zodSchema)
      if (name === undefined) delete jsonSchema['exported']
      else jsonSchema['exported'] = name
      // A switch is text in the environment, whose default zod leaves out: it is that of what comes of the text.
      if (zodSchema instanceof z.ZodDefault && typeof zodSchema.def.defaultValue === 'boolean') {
        Object.assign(jsonSchema, { type: 'boolean', default: zodSchema.def.defaultValue })
      }
    },
  })
  return JSON.parse(JSON.stringify(json), (_, value: unknown) => withoutTypeLists(value)) as JsonSchema
}

/** `type: ['boolean', 'null']` is written as the choice that it is. */
function withoutTypeLists(value: unknown): unknown {
  const { type, ...rest } = (value ?? {}) as { type?: unknown }
  return Array.isArray(type) ? { ...rest, anyOf: type.map((one: unknown) => ({ type: one })) } : value
}

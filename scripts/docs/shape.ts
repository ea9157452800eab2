import type { JsonSchema } from './json-schema.ts'

/** A schema in words, on one line. Exported ones are links to their own entry. */
export function describe(schema: JsonSchema): string {
  return schema.exported === undefined
    ? describeInside(schema)
    : `[${schema.exported}](#${schema.exported.toLowerCase()})`
}

/** As `describe`, of an exported schema's own entry. */
export function describeInside(schema: JsonSchema): string {
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return choices.map(describe).join(' or ')
  if (schema.allOf) return schema.allOf.map(describe).join(', ')
  if (schema.const !== undefined) return literal(schema.const)
  if (schema.enum) return schema.enum.map(literal).join(' or ')
  switch (schema.type) {
    case 'string':
      return describeText(schema)
    case 'integer':
    case 'number':
      return [schema.type, range(schema.minimum, schema.maximum)].filter(Boolean).join(' ')
    case 'array':
      return describeList(schema)
    case 'object':
      return describeObject(schema)
    case undefined:
      return 'anything'
    default:
      return schema.type
  }
}

const FORMATS: Record<string, string> = {
  uuid: 'UUID',
  'date-time': 'timestamp',
  date: 'date',
  email: 'e-mail',
  uri: 'URL',
}

function describeText({ format, pattern, minLength, maxLength }: JsonSchema): string {
  const length = range(minLength, maxLength)
  const kind = FORMATS[format ?? ''] ?? 'text'
  const matching = format === undefined && pattern !== undefined ? `matching \`${pattern}\`` : ''
  return [kind, length && `of ${length} characters`, matching].filter(Boolean).join(' ')
}

function describeList({ items, prefixItems, minItems, maxItems }: JsonSchema): string {
  if (prefixItems) return `[${prefixItems.map(describe).join(', ')}]`
  const count = range(minItems, maxItems)
  return `list of ${describe(items ?? {})}${count && `, ${count}`}`
}

function describeObject({ properties = {}, required = [], additionalProperties }: JsonSchema): string {
  const fields = Object.entries(properties).map(
    ([name, field]) => `\`${name}${required.includes(name) ? '' : '?'}\`: ${describe(field)}`,
  )
  if (fields.length > 0) return `{ ${fields.join(', ')} }`
  return typeof additionalProperties === 'object' && Object.keys(additionalProperties).length > 0
    ? `map to ${describe(additionalProperties)}`
    : 'object'
}

const literal = (value: unknown): string => `\`${JSON.stringify(value)}\``

function range(min: number | undefined, max: number | undefined): string {
  const least = min === undefined || min <= 0 ? undefined : min
  const most = max === undefined || max === Number.MAX_SAFE_INTEGER ? undefined : max
  if (most === undefined) return least === undefined ? '' : `at least ${least}`
  if (least === most) return String(most)
  return least === undefined ? `at most ${most}` : `${least}–${most}`
}

export interface FieldRow {
  /** Dotted, with `?` when it may be absent. */
  name: string
  type: string
  meaning: string
}

/** The fields of an object schema, those of inner objects that have no name of their own included. */
export function fieldRows(schema: JsonSchema, prefix = ''): FieldRow[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const isRequired = schema.required?.includes(name)
    const present = withoutNull(field)
    const path = `${prefix}${name}`
    const row = {
      name: isRequired ? path : `${path}?`,
      type: isRequired ? describe(field) : describe(present),
      meaning: present.exported === undefined ? (field.description ?? present.description ?? '') : '',
    }
    const inner = present.exported === undefined && present.properties ? fieldRows(present, `${path}.`) : []
    return inner.length > 0 ? [{ ...row, type: 'object' }, ...inner] : [row]
  })
}

/** Null in an optional field means absent, which the `?` says already. */
function withoutNull(schema: JsonSchema): JsonSchema {
  const choices = schema.anyOf?.filter(({ type }) => type !== 'null')
  const [only] = choices ?? []
  return schema.exported === undefined && choices?.length === 1 && only ? only : schema
}

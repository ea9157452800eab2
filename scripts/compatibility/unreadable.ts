import type { JsonSchema } from '../docs/json-schema.ts'

/**
 * Why a reader might not understand what a writer may write, each with its place; nothing when every value of the writer
 * is one of the reader's. Fields that a reader does not know are ignored, as everywhere in the protocol.
 */
export function unreadable(reader: JsonSchema, writer: JsonSchema, path = ''): string[] {
  const written = choices(writer)
  const read = choices(reader)
  if (written.length > 1 || read.length > 1) {
    return written.flatMap((one) => {
      const tries = read.map((other) => unreadable(other, one, path))
      if (tries.some((faults) => faults.length === 0)) return []
      return tries.toSorted((a, b) => a.length - b.length)[0] ?? []
    })
  }
  const at = path || 'the whole'
  if (reader.type !== undefined && !isOfType(reader.type, writer))
    return [`${at}: ${describe(writer)} where ${reader.type} is read`]
  return [
    ...valueFaults(reader, writer, at),
    ...boundFaults(reader, writer, at),
    ...objectFaults(reader, writer, path),
    ...(reader.items ? unreadable(reader.items, writer.items ?? {}, `${path}[]`) : []),
    ...(reader.prefixItems ?? []).flatMap((item, index) =>
      unreadable(item, writer.prefixItems?.[index] ?? {}, `${path}[${index}]`),
    ),
  ]
}

const choices = ({ anyOf, oneOf, ...rest }: JsonSchema): JsonSchema[] => anyOf ?? oneOf ?? [rest]

const describe = ({ type, enum: values, const: value }: JsonSchema): string =>
  type ?? JSON.stringify(values ?? value ?? 'anything')

function isOfType(type: string, writer: JsonSchema): boolean {
  if (writer.type === type) return true
  return type === 'number' && writer.type === 'integer'
}

function valueFaults(reader: JsonSchema, writer: JsonSchema, at: string): string[] {
  const known = valuesOf(reader)
  if (!known) {
    const isSame = (key: 'pattern' | 'format') => reader[key] === undefined || reader[key] === writer[key]
    return (['pattern', 'format'] as const).flatMap((key) =>
      isSame(key) || valuesOf(writer) ? [] : [`${at}: another ${key}`],
    )
  }
  const values = valuesOf(writer)
  if (!values) return [`${at}: any value where ${JSON.stringify(known)} are read`]
  return values
    .filter((value) => !known.includes(value))
    .map((value) => `${at}: ${JSON.stringify(value)} is not known`)
}

const valuesOf = ({ enum: values, const: value }: JsonSchema): unknown[] | undefined =>
  values ?? (value === undefined ? undefined : [value])

const LOWER = ['minLength', 'minimum', 'minItems'] as const
const UPPER = ['maxLength', 'maximum', 'maxItems'] as const

function boundFaults(reader: JsonSchema, writer: JsonSchema, at: string): string[] {
  if (valuesOf(writer)) return []
  const narrower = [
    ...LOWER.filter((bound) => (reader[bound] ?? -Infinity) > (writer[bound] ?? -Infinity)),
    ...UPPER.filter((bound) => (reader[bound] ?? Infinity) < (writer[bound] ?? Infinity)),
  ]
  return narrower.map(
    (bound) => `${at}: ${bound} ${reader[bound]} is narrower than ${writer[bound] ?? 'none'}`,
  )
}

function objectFaults(reader: JsonSchema, writer: JsonSchema, path: string): string[] {
  const place = (name: string) => (path ? `${path}.${name}` : name)
  const missing = (reader.required ?? []).filter((name) => !writer.required?.includes(name))
  const shared = Object.entries(reader.properties ?? {}).flatMap(([name, schema]) => {
    const written = writer.properties?.[name]
    return written ? unreadable(schema, written, place(name)) : []
  })
  const rest = [reader.additionalProperties, writer.additionalProperties]
  const [readRest, writtenRest] = rest.map((one) => (typeof one === 'object' ? one : undefined))
  return [
    ...missing.map((name) => `${place(name)}: may be missing`),
    ...shared,
    ...(readRest && writtenRest ? unreadable(readRest, writtenRest, place('*')) : []),
    ...(reader.propertyNames ? unreadable(reader.propertyNames, writer.propertyNames ?? {}, place('*')) : []),
  ]
}

import type { AnyRpc } from '@parley/protocol'
import { RpcError } from '@parley/service-kit'
import * as z from 'zod'
import type { JsonObject } from '../json.ts'

export interface HttpInput {
  params: Record<string, string>
  query: Record<string, string | string[]>
  body: JsonObject | undefined
}

export type ReadInput = (parts: HttpInput) => JsonObject

type Kind = 'number' | 'boolean'

const decimal = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?$/

/** How one RPC's input is put together: path before query before body. Text becomes what the field's schema wants. */
export function createReadInput(rpc: AnyRpc): ReadInput {
  const kinds = fieldKinds(rpc)
  const read = (name: string, text: string): unknown => {
    const kind = kinds.get(name)
    if (kind === 'number' && decimal.test(text)) return Number(text)
    if (kind === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
    return text
  }
  return ({ params, query, body }) => {
    const input: JsonObject = { ...body }
    for (const [name, value] of Object.entries(query)) {
      // Tokens in an address are never read: they end up in histories and logs.
      if (name === 'token') continue
      if (Array.isArray(value)) throw twice(name)
      input[name] = read(name, value)
    }
    for (const [name, value] of Object.entries(params)) input[name] = read(name, value)
    return input
  }
}

const twice = (name: string) =>
  new RpcError('invalid', { errors: [{ path: name, message: 'must be given once' }] })

function fieldKinds(rpc: AnyRpc): Map<string, Kind> {
  const { properties = {} } = z.toJSONSchema(rpc.input, { io: 'input', unrepresentable: 'any' })
  const kinds = new Map<string, Kind>()
  for (const [name, schema] of Object.entries(properties)) {
    const types = typesOf(schema)
    if (types.has('string')) continue
    if (types.has('integer') || types.has('number')) kinds.set(name, 'number')
    else if (types.has('boolean')) kinds.set(name, 'boolean')
  }
  return kinds
}

/** The JSON types that a field may have, through its alternatives. */
function typesOf(schema: z.core.JSONSchema._JSONSchema): Set<string> {
  if (typeof schema === 'boolean') return new Set()
  const { type, anyOf = [], oneOf = [], allOf = [], const: only } = schema
  const own = [type ?? [], only === undefined ? [] : typeof only].flat()
  return new Set([...own, ...[...anyOf, ...oneOf, ...allOf].flatMap((part) => [...typesOf(part)])])
}

/** The names in `{braces}` of a path. */
const pathParams = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '')

/** An id in the path that is no id answers as one that names nothing. What a service says of a real one stands. */
export function hideBadPathId(rpc: AnyRpc, input: JsonObject, error: RpcError): RpcError {
  const ids = pathParams(rpc.http?.path ?? '').filter((name) => name.endsWith('_id'))
  if (error.code !== 'invalid' || !error.errors?.some(({ path }) => ids.includes(path))) return error
  if (rpc.input.safeParse(input).success) return error
  return new RpcError(rpc.errors.find((code) => code.endsWith('_not_found')) ?? 'not_found')
}

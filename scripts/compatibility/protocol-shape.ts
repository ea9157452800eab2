import { clientFrames, events, pushes, rpcs } from '@parley/protocol'
import type * as z from 'zod'
import { toJsonSchema, type JsonSchema } from '../docs/json-schema.ts'
import type { ProtocolShape, RpcShape } from './released.ts'

/** The protocol as far as others rely on it: names, ways in, and what goes in and comes out. */
export function protocolShape(): ProtocolShape {
  return {
    rpcs: Object.fromEntries(
      rpcs.map(({ name, access, http, socket, shard, input, output }) => {
        const shape: RpcShape = {
          access,
          route: http ? `${http.method} ${http.path}` : null,
          frame: socket?.type ?? null,
          isOrdered: shard !== undefined,
          input: schemaOf(input as z.ZodType),
          output: schemaOf(output as z.ZodType),
        }
        return [name, shape]
      }),
    ),
    events: Object.fromEntries(events.map(({ name, payload }) => [name, schemaOf(payload)])),
    pushes: Object.fromEntries(pushes.map(({ type, payload }) => [type, schemaOf(payload)])),
    clientFrames: Object.fromEntries(
      Object.entries(clientFrames).map(([type, { payload }]) => [type, schemaOf(payload)]),
    ),
  }
}

const ABOUT = new Set(['description', 'default', 'exported', '$schema', 'title'])

/** Only what decides whether a value is accepted. A property may have the name of a word about schemas. */
function schemaOf(schema: z.ZodType): JsonSchema {
  const clean = (value: unknown, isMap: boolean): unknown => {
    if (Array.isArray(value)) return value.map((one) => clean(one, false))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key]) => isMap || !ABOUT.has(key))
        .map(([key, one]) => [key, clean(one, !isMap && key === 'properties')]),
    )
  }
  return clean(toJsonSchema(schema), false) as JsonSchema
}

import { errors, type AnyErrorCode } from '../errors.ts'
import type { AnyRpc } from '../define.ts'
import type { JsonSchema } from './schemas.ts'

/** RFC 9457, as every error of the HTTP API is answered. */
export const problemSchema: JsonSchema = {
  type: 'object',
  description: 'RFC 9457. `code` is a stable word; what a caller does about it stands with the code.',
  required: ['type', 'title', 'status', 'code', 'trace_id'],
  properties: {
    type: { type: 'string', description: 'Where the code is explained' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', enum: Object.keys(errors) },
    detail: { type: 'string' },
    errors: {
      type: 'array',
      description: 'Each wrong field; `path` is dotted',
      items: {
        type: 'object',
        required: ['path', 'message'],
        properties: { path: { type: 'string' }, message: { type: 'string' } },
      },
    },
    retry_after_ms: { type: 'integer', description: 'Wait this long, then repeat with the same client_id' },
    trace_id: { type: 'string', description: 'Finds this request in the logs' },
  },
}

/** Every code that an operation may answer, by its HTTP status. */
export function problemResponses(rpc: AnyRpc, hasBody: boolean): Record<string, JsonSchema> {
  const byStatus = new Map<number, AnyErrorCode[]>()
  for (const code of new Set([...commonOf(rpc, hasBody), ...rpc.errors])) {
    const { status } = errors[code]
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  const sorted = [...byStatus].toSorted(([a], [b]) => a - b)
  return Object.fromEntries(sorted.map(([status, codes]) => [String(status), response(codes)]))
}

function commonOf({ access }: AnyRpc, hasBody: boolean): AnyErrorCode[] {
  const always = ['invalid', 'rate_limited', 'internal', 'unavailable', 'timeout'] as const
  return [
    ...always,
    ...(access === 'anyone' ? [] : (['unauthenticated'] as const)),
    ...(access === 'agent' || access === 'admin' ? (['forbidden'] as const) : []),
    ...(hasBody ? (['payload_too_large', 'unsupported_media_type'] as const) : []),
  ]
}

const response = (codes: AnyErrorCode[]): JsonSchema => ({
  description: codes.map((code) => `\`${code}\`: ${errors[code].title}`).join('. '),
  content: {
    'application/problem+json': {
      schema: {
        allOf: [{ $ref: '#/components/schemas/Problem' }, { properties: { code: { enum: codes } } }],
      },
    },
  },
})

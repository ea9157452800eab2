import { rpcs, serviceNames, type ServiceName } from '../catalog.ts'
import type { AnyRpc, HttpRoute } from '../define.ts'
import { problemResponses, problemSchema } from './problem.ts'
import { collectSchemas, fieldsOf, type JsonSchema, type Schemas } from './schemas.ts'

export interface DocumentOptions {
  version: string
}

const tagTexts: Record<ServiceName, string> = {
  auth: 'Accounts, sessions and tokens',
  matching: 'Profiles, candidates, likes and matches',
  messaging: 'Conversations and messages',
}

const withBody = new Set(['POST', 'PUT', 'PATCH'])

/** OpenAPI 3.1 of every RPC that has a route. `operationId` is its name: the `method` of a socket's `request`. */
export function createOpenApi({ version }: DocumentOptions): JsonSchema {
  const schemas = collectSchemas()
  const paths: Record<string, Record<string, JsonSchema>> = {}
  for (const rpc of rpcs) {
    if (!rpc.http) continue
    const { path, method } = rpc.http
    paths[path] = { ...paths[path], [method.toLowerCase()]: operation(schemas, rpc, rpc.http) }
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Parley',
      version,
      summary: 'Real-time matching and messaging',
      description:
        'Ids are integers below 2^53. Times are RFC 3339 in UTC. Lists page by `cursor`. Unknown fields are ignored; ' +
        '`null` in an optional field means absent. What happens live comes over the socket: see `/asyncapi.json`.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: serviceNames.map((name) => ({ name, description: tagTexts[name] })),
    paths,
    components: {
      securitySchemes: { access_token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: { Problem: problemSchema, ...schemas.usedBy(paths) },
    },
  }
}

function operation(schemas: Schemas, rpc: AnyRpc, http: HttpRoute<never>): JsonSchema {
  const { properties, required } = fieldsOf(schemas, rpc.input)
  const inPath = [...http.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string)
  const others = Object.keys(properties).filter((name) => !inPath.includes(name))
  const hasBody = withBody.has(http.method) && others.length > 0
  const parameter = (where: string) => (name: string) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    schema: withoutNull(properties[name] ?? {}),
  })
  const parameters = [
    ...inPath.map(parameter('path')),
    ...(withBody.has(http.method) ? [] : others.map(parameter('query'))),
  ]
  return {
    operationId: rpc.name,
    summary: rpc.summary,
    tags: [rpc.name.split('.')[0]],
    security: rpc.access === 'anyone' ? [] : [{ access_token: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(hasBody && { requestBody: requestBody(schemas, rpc, { others, properties, required }) }),
    responses: { ...success(schemas, rpc, http), ...problemResponses(rpc, hasBody) },
  }
}

interface Fields {
  others: string[]
  properties: Record<string, JsonSchema>
  required: string[]
}

function requestBody(schemas: Schemas, rpc: AnyRpc, { others, properties, required }: Fields): JsonSchema {
  const needed = required.filter((name) => others.includes(name))
  const isWhole = others.length === Object.keys(properties).length
  const schema = isWhole
    ? schemas.of(rpc.input)
    : {
        type: 'object',
        properties: Object.fromEntries(others.map((name) => [name, properties[name]])),
        ...(needed.length > 0 && { required: needed }),
      }
  return { required: needed.length > 0, content: { 'application/json': { schema } } }
}

function success(schemas: Schemas, rpc: AnyRpc, http: HttpRoute<never>): Record<string, JsonSchema> {
  const { status = 200, body, repeated } = http
  if (status === 204) return { 204: { description: 'Done' } }
  const schema =
    body === undefined ? schemas.of(rpc.output) : (fieldsOf(schemas, rpc.output).properties[body] ?? {})
  const answer = (description: string) => ({ description, content: { 'application/json': { schema } } })
  return {
    ...(repeated !== undefined && { 200: answer('It was there before') }),
    [status]: answer(status === 201 ? 'Made' : status === 202 ? 'Accepted' : 'Done'),
  }
}

/** An address cannot say null: absent is absent. */
function withoutNull(schema: JsonSchema): JsonSchema {
  const { anyOf, ...rest } = schema as { anyOf?: JsonSchema[] }
  const [only, ...more] = (anyOf ?? []).filter(({ type }) => type !== 'null')
  return only && more.length === 0 ? { ...only, ...rest } : schema
}

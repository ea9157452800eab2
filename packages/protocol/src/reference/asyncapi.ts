import { pushes, rpcs } from '../catalog.ts'
import { closeCodes } from '../close-codes.ts'
import { limits } from '../limits.ts'
import { clientFrames, gatewayFrames } from '../socket-frames.ts'
import type { DocumentOptions } from './openapi.ts'
import { collectSchemas, type JsonSchema, type Schemas } from './schemas.ts'

/** A frame as the document lists it. */
interface Frame {
  type: string
  summary: string
  /** Of the fields beside `type`. */
  payload: JsonSchema
}

const CHANNEL = 'socket'

const accessToken: JsonSchema = {
  type: 'http',
  scheme: 'bearer',
  bearerFormat: 'JWT',
  description:
    'As the Authorization header; or as a sub-protocol next to `parley.v1`: `bearer.<token>` or `ticket.<ticket>`; ' +
    'or in an `authenticate` frame within 5 s. Never in the address.',
}
const security = [{ $ref: '#/components/securitySchemes/access_token' }]

/** AsyncAPI 3 of `/ws`: what a client sends, and what it gets. */
export function createAsyncApi({ version }: DocumentOptions): JsonSchema {
  const schemas = collectSchemas()
  const fromClient = clientSide(schemas).map((frame) => message('client', frame))
  const fromServer = serverSide(schemas).map((frame) => message('server', frame))
  const messages = Object.fromEntries([...fromClient, ...fromServer])
  const refs = (entries: [string, JsonSchema][]) =>
    entries.map(([name]) => ({ $ref: `#/channels/${CHANNEL}/messages/${name}` }))
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Parley socket',
      version,
      description:
        'One JSON object with `type` in each text frame. A frame may carry `ref`, which comes back in its `ack`, ' +
        '`response` or `error`. After `ack` a message is committed and reaches every member once, in order.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    servers: {
      gateway: { host: 'localhost:8000', protocol: 'ws', description: 'The gateway itself', security },
    },
    channels: {
      [CHANNEL]: {
        address: '/ws',
        description: closeCodeTable(),
        servers: [{ $ref: '#/servers/gateway' }],
        messages: Object.fromEntries(
          Object.keys(messages).map((name) => [name, { $ref: `#/components/messages/${name}` }]),
        ),
      },
    },
    // From the side of the gateway: it receives what clients send.
    operations: {
      receive: operation('receive', 'What a client sends', refs(fromClient)),
      send: operation('send', 'What a client gets', refs(fromServer)),
    },
    components: {
      messages,
      schemas: schemas.usedBy(messages),
      securitySchemes: { access_token: accessToken },
    },
  }
}

const operation = (action: string, summary: string, messages: JsonSchema[]): JsonSchema => ({
  action,
  summary,
  security,
  channel: { $ref: `#/channels/${CHANNEL}` },
  messages,
})

function message(side: string, { type, summary, payload }: Frame): [string, JsonSchema] {
  const own = { type: 'object', required: ['type'], properties: { type: { const: type } } }
  return [
    `${side}_${type}`,
    { name: type, title: type, summary, contentType: 'application/json', payload: { allOf: [own, payload] } },
  ]
}

const ref: JsonSchema = {
  properties: {
    ref: { type: 'string', maxLength: limits.ref_chars, description: 'Comes back in the answer' },
  },
}

function clientSide(schemas: Schemas): Frame[] {
  const own = Object.entries(clientFrames).map(([type, { summary, payload }]) => ({
    type,
    summary,
    payload: { allOf: [ref, schemas.of(payload)] },
  }))
  const commands = rpcs.flatMap(({ socket, summary, input }) => {
    if (!socket) return []
    const needed = socket.requires ? [{ required: [...socket.requires] }] : []
    return [{ type: socket.type, summary, payload: { allOf: [ref, schemas.of(input), ...needed] } }]
  })
  return [...own, ...commands]
}

function serverSide(schemas: Schemas): Frame[] {
  const own = Object.entries(gatewayFrames).map(([type, { summary, payload }]) => ({
    type,
    summary,
    payload: schemas.of(payload),
  }))
  return [
    ...own,
    ...pushes.map(({ type, summary, payload }) => ({ type, summary, payload: schemas.of(payload) })),
  ]
}

function closeCodeTable(): string {
  const rows = Object.values(closeCodes).map(({ code, meaning }) => `| ${code} | ${meaning} |`)
  return ['Close codes:', '', '| code | meaning |', '| --- | --- |', ...rows].join('\n')
}

import {
  clientFrames,
  closeCodes,
  commonErrors,
  events,
  gatewayFrames,
  ownErrors,
  pushes,
  rpcs,
  serviceNames,
  type AnyRpc,
  type ErrorMeaning,
} from '@parley/protocol'
import type * as z from 'zod'
import { namedSchemas, toJsonSchema } from './json-schema.ts'
import { blocks, code, codes, generatedNote, table } from './markdown.ts'
import { describe, describeInside, fieldRows } from './shape.ts'

/** The reference of everything that clients and services say to each other. */
export function protocolPage(): string {
  const body = blocks(
    ...serviceNames.map(serviceSection),
    framesSection(),
    eventsSection(),
    errorsSection(),
    closeCodesSection(),
  )
  return (
    blocks(generatedNote('packages/protocol'), '# Protocol', introduction, body, typesSection(body)) + '\n'
  )
}

const introduction = `Every operation, frame, event, error and close code. A \`?\` marks a field that may be absent or null. Over HTTP, fields that
the path does not name stand in the query (GET, DELETE) or in the JSON body. An operation with a route is also a \`request\` on
the socket: \`method\` is its name, \`params\` its input. Operations for a \`service\` cannot be reached from the network.`

function serviceSection(service: string): string {
  const own = rpcs.filter(({ name }) => name.startsWith(`${service}.`))
  return blocks(`## Operations of ${service}`, ...own.map(operation))
}

function operation(rpc: AnyRpc): string {
  const facts = [
    `Access: ${rpc.access}.`,
    rpc.http && `HTTP: ${route(rpc)}.`,
    rpc.socket && `Socket frame: \`${rpc.socket.type}\`, whose \`ack\` has ${codes(rpc.socket.ack)}.`,
    rpc.shard && 'In the order of its lane.',
    rpc.frames && 'Frames follow the answer.',
  ]
  const errors = rpc.errors.length > 0 ? `Errors: ${codes(rpc.errors)}, and the common ones.` : undefined
  return blocks(
    `### ${rpc.name}`,
    `${rpc.summary}.`,
    facts.filter(Boolean).join(' '),
    fieldTable(rpc.input as z.ZodType),
    `Answer: ${describe(toJsonSchema(rpc.output as z.ZodType))}.`,
    errors,
  )
}

function route({ http }: AnyRpc): string {
  if (!http) return ''
  const { method, path, status = 200, body, repeated } = http
  const answer = status === 204 ? ' with no body' : body === undefined ? '' : ` with \`${body}\` as the body`
  const again = repeated === undefined ? '' : `, or 200 when \`${repeated}\` is true`
  return `${code(`${method} ${path}`)} → ${status}${answer}${again}`
}

/** What a payload holds; undefined when it holds nothing. */
function fieldTable(schema: z.ZodType): string | undefined {
  const json = toJsonSchema(schema)
  const rows = fieldRows(json)
  if (rows.length === 0)
    return json.type === 'object' && !json.additionalProperties ? undefined : describe(json)
  const withMeaning = rows.some(({ meaning }) => meaning !== '')
  return table(
    ['field', 'type', ...(withMeaning ? ['meaning'] : [])],
    rows.map(({ name, type, meaning }) => [code(name), type, meaning]),
  )
}

function framesSection(): string {
  const own = (frames: Record<string, { summary: string; payload: z.ZodType }>) =>
    Object.entries(frames).map(([type, { summary, payload }]) =>
      blocks(`### Frame ${type}`, `${summary}.`, fieldTable(payload)),
    )
  const commands = rpcs.flatMap(({ name, socket, summary }) =>
    socket ? [[code(socket.type), code(name), summary]] : [],
  )
  return blocks(
    '## Frames from the client',
    'These call an operation; their fields are its input, and a `ref` comes back in the answer:',
    table(['frame', 'operation', ''], commands),
    'These the gateway answers itself:',
    ...own(clientFrames),
    '## Frames from the gateway',
    ...own(gatewayFrames),
    '## Frames about what happened',
    ...pushes.map(({ type, class: kind, summary, payload }) =>
      blocks(
        `### Frame ${type}`,
        `${summary}. ${kind === 'durable' ? 'Durable: replayed until applied.' : 'Ephemeral: may be dropped for a slow socket.'}`,
        fieldTable(payload),
      ),
    ),
  )
}

const eventsSection = (): string =>
  blocks(
    '## Events between services',
    'Through the outbox of their service and its JetStream stream, each at least once.',
    ...events.map(({ name, summary, payload }) => blocks(`### ${name}`, `${summary}.`, fieldTable(payload))),
  )

function errorsSection(): string {
  const rows = (errors: Record<string, ErrorMeaning>) =>
    Object.entries(errors).map(([name, { status, title, remedy }]) => [
      code(name),
      String(status),
      title,
      code(remedy),
    ])
  const head = ['code', 'status', 'meaning', 'remedy']
  return blocks(
    '## Errors',
    'What a caller does, its remedy: `fix` the request, `log_in` again, `stop`, `wait` for `retry_after_ms`, or `retry` with the same `client_id`.',
    'Any operation may answer these:',
    table(head, rows(commonErrors)),
    'These only where they are declared:',
    table(head, rows(ownErrors)),
  )
}

const closeCodesSection = (): string =>
  blocks(
    '## Close codes',
    '4000–4399: reconnect and resume. 4400–4999: do not, as things are.',
    table(
      ['code', 'reason', 'meaning'],
      Object.entries(closeCodes).map(([reason, { code: number, meaning }]) => [
        String(number),
        code(reason),
        meaning,
      ]),
    ),
  )

/** Types that the page links to, and those that these link to. */
function typesSection(body: string): string {
  const entries = new Map<string, string>()
  const follow = (text: string): void => {
    for (const name of linkedNames(text)) {
      const schema = namedSchemas.get(name)
      if (!schema || entries.has(name)) continue
      const entry = typeEntry(name, schema)
      entries.set(name, entry)
      follow(entry)
    }
  }
  follow(body)
  const inOrder = [...entries].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry)
  return blocks('## Types', ...inOrder)
}

const linkedNames = (text: string): string[] =>
  [...text.matchAll(/\[(\w+)\]\(#\w+\)/g)].map(([, name = '']) => name)

function typeEntry(name: string, schema: z.ZodType): string {
  const json = toJsonSchema(schema)
  const rows = fieldRows(json)
  const text = rows.length > 0 ? fieldTable(schema) : `${describeInside(json)}.`
  return blocks(`### ${name}`, json.description && `${json.description}.`, text)
}

import { clientFrames, closeCodes, errors, gatewayFrames, pushes, rpcs } from '@parley/protocol'
import * as z from 'zod'
import { code, escape, page, prose, table } from './html.ts'

interface Frame {
  type: string
  summary: string
  schema: z.ZodType
  requires?: readonly string[]
}

const nav =
  '<nav class="pages"><a href="/docs">HTTP</a> · <a href="/docs/socket">Socket</a> · <a href="/docs/errors">Errors</a></nav>'

/** The element that the reference's script fills, and the two scripts. */
export const operationsPage = (scripts: readonly string[]): string =>
  page(
    'Parley API',
    `${nav}<div id="reference"></div>${scripts.map((src) => `<script src="${escape(src)}"></script>`).join('')}`,
  )

export function socketPage(): string {
  const client: Frame[] = [
    ...Object.entries(clientFrames).map(([type, { summary, payload }]) => ({
      type,
      summary,
      schema: payload,
    })),
    ...rpcs.flatMap(({ socket, summary, input }) =>
      socket ? [{ type: socket.type, summary, schema: input, requires: socket.requires ?? [] }] : [],
    ),
  ]
  const server: Frame[] = [
    ...Object.entries(gatewayFrames).map(([type, { summary, payload }]) => ({
      type,
      summary,
      schema: payload,
    })),
    ...pushes.map(({ type, summary, payload }) => ({ type, summary, schema: payload })),
  ]
  const closes = Object.values(closeCodes).map((close) => ({
    id: String(close.code),
    cells: [code(String(close.code)), prose(close.meaning)],
  }))
  return page(
    'Parley socket',
    `${nav}<main class="text"><h1>The socket</h1>
<p>${code('GET /ws')}: one JSON object with ${code('type')} in each text frame.
All of it for machines: <a href="/asyncapi.json">asyncapi.json</a>.</p>
<h2>From a client</h2>${frames('client', client)}
<h2>From the server</h2>${frames('server', server)}
<h2>Close codes</h2>${table(['code', 'meaning'], closes)}</main>`,
  )
}

export function errorsPage(): string {
  const rows = Object.entries(errors).map(([word, { status, title, remedy }]) => ({
    id: word,
    cells: [code(word), String(status), prose(title), escape(remedy.replace('_', ' '))],
  }))
  return page(
    'Parley errors',
    `${nav}<main class="text"><h1>Errors</h1>${table(['code', 'status', 'meaning', 'what to do'], rows)}</main>`,
  )
}

const frames = (side: string, list: Frame[]): string =>
  table(
    ['type', 'fields', 'meaning'],
    list.map((frame) => ({
      id: `${side}-${frame.type}`,
      cells: [code(frame.type), fields(frame), prose(frame.summary)],
    })),
  )

function fields({ schema, requires = [] }: Frame): string {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  const needed = new Set([...required, ...requires])
  return Object.keys(properties)
    .map((name) => code(needed.has(name) ? name : `${name}?`))
    .join(', ')
}

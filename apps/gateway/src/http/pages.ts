import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createAsyncApi, createOpenApi } from '@parley/protocol/reference'
import type { FastifyInstance } from 'fastify'
import { FOR_EVER, once, pack, send } from './assets.ts'
import { errorsPage, operationsPage, socketPage } from './reference-pages.ts'

const HTML = 'text/html; charset=utf-8'
const JSON_TYPE = 'application/json; charset=utf-8'
const SCRIPT = 'text/javascript; charset=utf-8'
const VERSION = '0.1.0'

// No fonts, calls or scripts from other hosts: the page works where there is no internet.
const startScript = `Scalar.createApiReference('#reference', {
  url: '/openapi.json', withDefaultFonts: false, telemetry: false, hideClientButton: true, showDeveloperTools: 'never',
  agent: { disabled: true }, mcp: { disabled: true },
})
`

/** The reference, for people and for machines. Everything is made at its first request and kept. */
export function addPages(app: FastifyInstance): void {
  serve(app, '/docs/socket', HTML, async () => socketPage())
  serve(app, '/docs/errors', HTML, async () => errorsPage())
  serve(app, '/openapi.json', JSON_TYPE, async () => JSON.stringify(createOpenApi({ version: VERSION })))
  serve(app, '/asyncapi.json', JSON_TYPE, async () => JSON.stringify(createAsyncApi({ version: VERSION })))
  addOperationsPage(app)
}

function serve(app: FastifyInstance, path: string, type: string, make: () => Promise<string | Buffer>): void {
  const asset = once(async () => pack(type, await make()))
  app.get(path, async (request, reply) =>
    send(request, reply.header('cache-control', 'no-cache'), await asset()),
  )
}

/** Scripts stand under the hash of their content, so that browsers keep them for ever. */
function addOperationsPage(app: FastifyInstance): void {
  const scripts = once(async () => {
    const library = await readFile(
      new URL('browser/standalone.js', import.meta.resolve('@scalar/api-reference')),
    )
    const assets = await Promise.all([pack(SCRIPT, library), pack(SCRIPT, startScript)])
    return new Map(assets.map((asset) => [`${hash('sha256', asset.plain).slice(0, 16)}.js`, asset]))
  })
  serve(app, '/docs', HTML, async () =>
    operationsPage([...(await scripts()).keys()].map((name) => `/docs/scripts/${name}`)),
  )
  app.get<{ Params: { name: string } }>('/docs/scripts/:name', async (request, reply) => {
    const asset = (await scripts()).get(request.params.name)
    return asset ? send(request, reply.header('cache-control', FOR_EVER), asset) : reply.callNotFound()
  })
}

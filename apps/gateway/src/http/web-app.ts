import { readdir, readFile } from 'node:fs/promises'
import { dirname, extname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Asset, FOR_EVER, once, pack, send } from './assets.ts'
import { sendProblem } from './problem.ts'

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/**
 * Nothing from any other host, no script but the files of the build, and no text that becomes a part of the page: who
 * smuggles a script in has no way to run it. Styles: the components' libraries set some from their scripts.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

/** Names that lead to no page of the app: what is below them is answered as an API answers. */
const NOT_PAGES = /^\/(api|docs|ws|\.well-known|assets)(\/|$)|\.[a-z0-9]+$/

/** The web app as it was built: its page at every path that a browser may open, and the files that it is made of. */
export function addWebApp(app: FastifyInstance): void {
  const files = once(readBuild)
  app.get('/', (request, reply) => sendPage(request, reply))
  app.get<{ Params: { name: string } }>('/assets/:name', async (request, reply) => {
    const asset = (await files()).get(`assets/${request.params.name}`)
    return asset ? send(request, reply.header('cache-control', FOR_EVER), asset) : reply.callNotFound()
  })
  app.setNotFoundHandler((request, reply) =>
    isPage(request) ? sendPage(request, reply) : sendProblem(reply, { code: 'not_found' }),
  )

  async function sendPage(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const page = (await files()).get('index.html')
    if (!page) throw new Error('the web app was built without its page')
    reply.code(200).header('cache-control', 'no-cache').header('content-security-policy', POLICY)
    return send(request, reply, page)
  }
}

/** Which page is shown, and whether there is one, the app itself finds out. */
const isPage = ({ method, url, headers }: FastifyRequest): boolean =>
  (method === 'GET' || method === 'HEAD') &&
  (headers.accept ?? '').includes('text/html') &&
  !NOT_PAGES.test(url.split('?')[0] ?? '')

async function readBuild(): Promise<Map<string, Asset>> {
  const folder = dirname(fileURLToPath(import.meta.resolve('@parley/web/index.html')))
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
  return new Map(
    await Promise.all(
      files.map(async (file) => {
        const type = types[extname(file)] ?? 'application/octet-stream'
        return [relative(folder, file).replaceAll(sep, '/'), await pack(type, await readFile(file))] as const
      }),
    ),
  )
}

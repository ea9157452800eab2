// Serves the page, and the SDK as it is built, which a browser reads without a bundler: node examples/page/main.ts [port]
import { readFile } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'

const [port = '8080'] = process.argv.slice(2)
const sdk = new URL('../../packages/client/dist/', import.meta.url)

/** The page, or a script of the SDK: nothing else of this machine. */
function find(path: string): { file: URL; type: string } | undefined {
  if (path === '/') return { file: new URL('index.html', import.meta.url), type: 'text/html' }
  const [, name] = /^\/sdk\/((?:[a-z-]+\/)?[a-z-]+\.js)$/.exec(path) ?? []
  return name === undefined ? undefined : { file: new URL(name, sdk), type: 'text/javascript' }
}

async function answer(path: string, response: ServerResponse): Promise<void> {
  const found = find(path)
  const content = found && (await readFile(found.file).catch(() => undefined))
  response.writeHead(content ? 200 : 404, { 'content-type': found?.type ?? 'text/plain' }).end(content)
}

const server = createServer(({ url = '/' }, response) => {
  void answer(new URL(url, 'http://page').pathname, response)
})
server.listen(Number(port), '127.0.0.1', () => {
  const address = server.address()
  if (address && typeof address === 'object') console.log(`http://127.0.0.1:${address.port}/?to=<user id>`)
})

import { createServer, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Registry } from '@prometheus-io/client'

/** A thing that must work for the service to be ready; rejects, or says what is missing. */
export type Check = () => Promise<string | undefined>

export interface ProbeOptions {
  host: string
  port: number
  registry: Registry
  checks: Record<string, Check>
}

/** Names of what is missing; empty when ready. */
export async function missingParts(checks: Record<string, Check>): Promise<string[]> {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      try {
        const missing = await check()
        return missing === undefined ? [] : [`${name}: ${missing}`]
      } catch (err) {
        return [`${name}: ${err instanceof Error ? err.message : String(err)}`]
      }
    }),
  )
  return results.flat()
}

/** `/livez` (the event loop turns), `/readyz` (all checks pass) and `/metrics`, on a port that is not public. */
export async function serveProbes({
  host,
  port,
  registry,
  checks,
}: ProbeOptions): Promise<AsyncDisposable & { port: number }> {
  const json = (res: ServerResponse, status: number, body: unknown) =>
    res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

  const server = createServer((req, res) => {
    const answer = async () => {
      if (req.url === '/livez') return json(res, 200, { status: 'ok' })
      if (req.url === '/metrics') {
        return res.writeHead(200, { 'content-type': registry.contentType }).end(await registry.metrics())
      }
      if (req.url !== '/readyz') return json(res, 404, { status: 'not found' })
      const missing = await missingParts(checks)
      return json(
        res,
        missing.length === 0 ? 200 : 503,
        missing.length === 0 ? { status: 'ok' } : { status: 'unavailable', missing },
      )
    }
    answer().catch((err: unknown) => json(res, 500, { status: String(err) }))
  })
  server.listen(port, host)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

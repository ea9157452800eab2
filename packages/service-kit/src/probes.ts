import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Registry } from '@prometheus-io/client'
import { createProbeMetrics } from './metrics.ts'

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

type Answer = [status: number, contentType: string, body: string]

const json = (status: number, body: unknown): Answer => [status, 'application/json', JSON.stringify(body)]

/** `/livez` (the event loop turns), `/readyz` (all checks pass) and `/metrics`, on a port that is not public. */
export async function serveProbes({
  host,
  port,
  registry,
  checks,
}: ProbeOptions): Promise<AsyncDisposable & { port: number }> {
  const notePart = createProbeMetrics({ registry })
  const answer = async (path = ''): Promise<Answer> => {
    if (path === '/livez') return json(200, { status: 'ok' })
    if (path === '/metrics') return [200, registry.contentType, await registry.metrics()]
    if (path !== '/readyz') return json(404, { status: 'not found' })
    const missing = await missingParts(checks)
    for (const part of Object.keys(checks))
      notePart(part, !missing.some((fault) => fault.startsWith(`${part}: `)))
    return missing.length === 0 ? json(200, { status: 'ok' }) : json(503, { status: 'unavailable', missing })
  }
  const server = createServer((req, res) => {
    answer(req.url)
      .catch((err: unknown) => json(500, { status: String(err) }))
      .then(([status, type, body]) => res.writeHead(status, { 'content-type': type }).end(body))
      .catch(() => res.destroy())
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

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** A span as a collector gets it. */
export interface Span {
  service: string
  name: string
  traceId: string
  spanId: string
  parentSpanId: string
}

export interface Collector extends AsyncDisposable {
  /** Where it takes OTLP over HTTP. */
  endpoint: string
  spans(): Span[]
  /** All that was sent, as it came. */
  bodies: readonly string[]
}

interface Sent {
  resourceSpans: {
    resource: { attributes: { key: string; value: { stringValue?: string } }[] }
    scopeSpans: { spans: Omit<Span, 'service'>[] }[]
  }[]
}

/** A collector of OpenTelemetry: takes traces as JSON, and keeps them. */
export async function startCollector(): Promise<Collector> {
  const bodies: string[] = []
  const server = createServer((req, res) => {
    void text(req).then((body) => {
      if (req.url === '/v1/traces') bodies.push(body)
      res.writeHead(req.url === '/v1/traces' ? 200 : 404, { 'content-type': 'application/json' }).end('{}')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    spans: () => bodies.flatMap((body) => (JSON.parse(body) as Sent).resourceSpans.flatMap(spansOf)),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function spansOf({ resource, scopeSpans }: Sent['resourceSpans'][number]): Span[] {
  const service = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? ''
  return scopeSpans.flatMap(({ spans }) =>
    spans.map(({ name, traceId, spanId, parentSpanId = '' }) => ({
      service,
      name,
      traceId,
      spanId,
      parentSpanId,
    })),
  )
}

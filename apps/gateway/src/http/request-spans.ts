import type { IncomingMessage } from 'node:http'
import type { Tracing, TraceSpan } from '@parley/service-kit'
import { traceIdOf } from '../trace-id.ts'

export interface RequestSpans {
  /** The trace of a request: what its client tells of, or one that begins here. */
  begin(req: IncomingMessage): string
  /** By the route and never the address. */
  end(req: IncomingMessage, answer: { method: string; route: string; status: number }): void
}

export function createRequestSpans(tracing: Tracing | undefined): RequestSpans {
  const spans = new WeakMap<IncomingMessage, TraceSpan>()
  return {
    begin: (req) => {
      const { traceparent } = req.headers
      const told = typeof traceparent === 'string' ? traceparent : ''
      const span = told === '' ? tracing?.begin('http') : tracing?.goOn('http', told)
      if (!span) return traceIdOf(traceparent)
      spans.set(req, span)
      return span.traceId
    },
    end: (req, { method, route, status }) =>
      spans.get(req)?.end({
        name: `${method} ${route}`,
        attributes: { 'http.response.status_code': status },
        isFailed: status >= 500,
      }),
  }
}

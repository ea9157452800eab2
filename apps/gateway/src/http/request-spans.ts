import type { IncomingMessage } from 'node:http'
import type { Tracing, TraceSpan } from '@parley/service-kit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { traceIdOf } from '../trace-id.ts'

export interface RequestSpans {
  /** A request becomes a socket: there is no answer that its span could end with. */
  leaveOut(req: IncomingMessage): void
  /** The trace of a request: what its client tells of, or one that begins here. */
  begin(req: IncomingMessage): string
  /** Ends the span of a request once its answer is sent, or nobody waits for it any more. */
  follow(request: FastifyRequest, reply: FastifyReply): void
}

export function createRequestSpans(tracing: Tracing | undefined): RequestSpans {
  const spans = new WeakMap<IncomingMessage, TraceSpan>()
  const leftOut = new WeakSet<IncomingMessage>()
  return {
    leaveOut: (req) => void leftOut.add(req),
    begin: (req) => {
      const { traceparent } = req.headers
      if (leftOut.has(req)) return traceIdOf(traceparent)
      const told = typeof traceparent === 'string' ? traceparent : ''
      const span = told === '' ? tracing?.begin('http') : tracing?.goOn('http', told)
      if (!span) return traceIdOf(traceparent)
      spans.set(req, span)
      return span.traceId
    },
    follow: (request, { raw }) => {
      const span = spans.get(request.raw)
      if (!span) return
      // Fastify's own hook does not run for what a client gives up.
      raw.once('close', () => {
        const status = raw.headersSent ? raw.statusCode : undefined
        span.end({
          // By the route and never the address.
          name: `${request.method} ${request.routeOptions.url ?? 'none'}`,
          attributes: status === undefined ? {} : { 'http.response.status_code': status },
          isFailed: status !== undefined && status >= 500,
        })
      })
    },
  }
}

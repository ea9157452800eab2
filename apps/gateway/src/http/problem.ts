import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { errors, type ErrorBody } from '@parley/protocol'
import type { FastifyReply } from 'fastify'
import { newTraceId } from '../trace-id.ts'

const PROBLEM_TYPE = 'application/problem+json'

export interface ProblemOptions {
  traceId: string
  /** Where HTTP has a more precise status than the code's own. */
  status?: number
  /** Further members, such as what is missing. */
  more?: Record<string, unknown>
}

/** RFC 9457. `type` leads to the code's line on the reference page of errors. */
function problemOf(error: ErrorBody, { traceId, status, more }: ProblemOptions) {
  const { code, detail, errors: fields, retry_after_ms } = error
  return {
    type: `/docs/errors#${code}`,
    title: errors[code].title,
    status: status ?? errors[code].status,
    code,
    ...(detail !== undefined && { detail }),
    ...(fields !== undefined && { errors: fields }),
    ...(retry_after_ms !== undefined && { retry_after_ms }),
    ...more,
    trace_id: traceId,
  }
}

export function sendProblem(
  reply: FastifyReply,
  error: ErrorBody,
  options: Omit<ProblemOptions, 'traceId'> = {},
) {
  const problem = problemOf(error, { traceId: reply.request.id, ...options })
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer')
  if (error.retry_after_ms !== undefined) reply.header('retry-after', retryAfter(error.retry_after_ms))
  return (
    reply
      .code(problem.status)
      .header('content-type', PROBLEM_TYPE)
      .header('cache-control', 'no-store')
      // As bytes: to text Fastify adds a charset, which JSON has none of.
      .send(Buffer.from(JSON.stringify(problem)))
  )
}

/** The same on a connection that no request could be read from, which is closed after it. */
export function writeProblem(
  socket: Duplex,
  error: ErrorBody,
  { status, headers = {} }: { status: number; headers?: Record<string, string> },
): void {
  if (!socket.writable) return void socket.destroy()
  const body = JSON.stringify(problemOf(error, { traceId: newTraceId(), status }))
  const lines = Object.entries({
    Connection: 'close',
    'Content-Type': PROBLEM_TYPE,
    'Content-Length': String(Buffer.byteLength(body)),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}`)
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines].join('\r\n')
  socket.once('finish', () => socket.destroy())
  socket.end(`${head}\r\n\r\n${body}`)
}

const retryAfter = (ms: number): string => String(Math.max(1, Math.ceil(ms / 1_000)))

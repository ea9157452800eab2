import type { Socket } from 'node:net'
import type { AnyErrorCode, ErrorBody } from '@parley/protocol'
import { RpcError, type Logger } from '@parley/service-kit'
import type { ConnectionError, FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { sendProblem, writeProblem } from './problem.ts'

// What Fastify and node:http refuse by themselves, in our words.
const codeByStatus: Record<number, AnyErrorCode> = {
  404: 'not_found',
  405: 'method_not_allowed',
  408: 'timeout',
  413: 'payload_too_large',
  414: 'payload_too_large',
  415: 'unsupported_media_type',
  431: 'payload_too_large',
  503: 'unavailable',
}

/** Answers whatever a handler or Fastify itself throws. */
export function createFaultHandler(log: Logger) {
  return (err: FastifyError | RpcError, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    if (err instanceof RpcError) return sendProblem(reply, err.toJSON())
    const status = err.statusCode ?? 500
    if (status >= 500 && status !== 503) {
      log.error({ err, trace_id: request.id }, 'request failed')
      return sendProblem(reply, { code: 'internal' })
    }
    return sendProblem(reply, { code: codeByStatus[status] ?? 'invalid' }, { status })
  }
}

const statusByFault: Record<string, number> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
}

/** Answers what was never a request: bad syntax, too slow, too large. */
export function answerBrokenConnection(err: ConnectionError, socket: Socket): void {
  if (err.code === 'ECONNRESET') return void socket.destroy()
  const status = statusByFault[err.code] ?? 400
  const error: ErrorBody = { code: codeByStatus[status] ?? 'invalid' }
  writeProblem(socket, error, { status })
}

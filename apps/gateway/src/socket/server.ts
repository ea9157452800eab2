import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import websocket from '@fastify/websocket'
import { limits } from '@parley/protocol'
import type { RpcError } from '@parley/service-kit'
import type { FastifyInstance } from 'fastify'
import type { WebSocket } from 'ws'
import type { AddressOf } from '../access/client-address.ts'
import type { OriginRule } from '../access/origins.ts'
import { sendProblem, writeProblem } from '../http/problem.ts'
import type { Admission } from './admission.ts'
import { SUBPROTOCOL } from './credential.ts'

export interface Gate {
  /** Whether a request becomes a socket. One that does not gets an ordinary answer from its route. */
  mayUpgrade(req: IncomingMessage): boolean
  /** Why it did not. */
  refusalOf(req: IncomingMessage): RpcError | undefined
}

export interface GateOptions {
  origins: OriginRule
  addressOf: AddressOf
  admission: Admission
}

const PATH = '/ws'

export function createGate({ origins, addressOf, admission }: GateOptions): Gate {
  const refusals = new WeakMap<IncomingMessage, RpcError>()
  return {
    mayUpgrade: (req) => {
      const { method, url = '', headers } = req
      const path = url.split('?', 1)[0]?.replace(/\/$/, '')
      if (method !== 'GET' || path !== PATH || headers.upgrade?.toLowerCase() !== 'websocket') return false
      if (!origins.accepts(headers.origin, headers.host)) return false
      const refusal = admission.refusal(addressOf(req))
      if (refusal) refusals.set(req, refusal)
      return refusal === undefined
    },
    refusalOf: (req) => refusals.get(req),
  }
}

/** What happens to a socket that opened. */
export interface SocketEvents {
  opened(ws: WebSocket, raw: Socket, req: IncomingMessage): void
}

// An option of ws 8.23 that its types do not know.
const closing = { closeTimeout: 3_000 }

/** Speaks RFC 6455 on the socket's path; bounds of sizes and fragments, no compression. */
export async function serveSockets(
  app: FastifyInstance,
  gate: Gate,
  { opened }: SocketEvents,
): Promise<void> {
  await app.register(websocket, {
    options: {
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: limits.frame_bytes,
      maxFragments: 64,
      maxBufferedChunks: 4_096,
      ...closing,
      handleProtocols: (offered) => offered.has(SUBPROTOCOL) && SUBPROTOCOL,
    },
    // Its own would close sockets without a code; ours have been drained by then.
    preClose: (done) => done(),
    // The socket's own listener sees the error.
    errorHandler: () => undefined,
  })
  app.websocketServer.on('wsClientError', (err, raw) => {
    const headers = { 'Sec-WebSocket-Version': '13' }
    writeProblem(raw as Socket, { code: 'invalid', detail: err.message }, { status: 400, headers })
  })
  app.route({
    method: 'GET',
    url: PATH,
    exposeHeadRoute: false,
    handler: async ({ raw }, reply) => {
      const refusal = gate.refusalOf(raw)
      if (refusal) return sendProblem(reply, refusal.toJSON())
      const detail = 'this path is a WebSocket'
      return sendProblem(reply.header('upgrade', 'websocket'), { code: 'invalid', detail }, { status: 426 })
    },
    wsHandler: (ws, { raw }) => opened(ws, raw.socket, raw),
  })
}

import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import websocket from '@fastify/websocket'
import { limits } from '@parley/protocol'
import type { RpcError } from '@parley/service-kit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { WebSocket } from 'ws'
import type { AddressOf } from '../access/client-address.ts'
import type { OriginRule } from '../access/origins.ts'
import { sendProblem, writeProblem } from '../http/problem.ts'
import { hasTooManyHeaders } from '../http/server.ts'
import { findLegacyPlace, legacyPaths } from '../legacy/paths.ts'
import type { UpgradeResult } from '../metrics.ts'
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
  upgrades: Record<UpgradeResult, number>
}

const NATIVE_PATH = '/ws'

/** Whether something answers there. */
function isSocket(url: string): boolean {
  return url.split('?', 1)[0]?.replace(/\/$/, '') === NATIVE_PATH || findLegacyPlace(url) !== undefined
}

export function createGate({ origins, addressOf, admission, upgrades }: GateOptions): Gate {
  const refusals = new WeakMap<IncomingMessage, RpcError>()
  /** What becomes of a request for a socket. */
  const judge = (req: IncomingMessage): UpgradeResult => {
    const { origin, host } = req.headers
    if (hasTooManyHeaders(req)) return 'malformed'
    if (!origins.accepts(origin, host)) return 'origin'
    const refusal = admission.refusal(addressOf(req))
    if (!refusal) return 'opened'
    refusals.set(req, refusal)
    return refusal.code === 'rate_limited' ? 'rate_limited' : 'unavailable'
  }
  return {
    mayUpgrade: (req) => {
      const { method, url = '', headers } = req
      if (method !== 'GET' || !isSocket(url) || headers.upgrade?.toLowerCase() !== 'websocket') return false
      const result = judge(req)
      upgrades[result]++
      return result === 'opened'
    },
    refusalOf: (req) => refusals.get(req),
  }
}

/** What happens to a socket that opened. */
export interface SocketEvents {
  opened(ws: WebSocket, req: FastifyRequest): void
}

/** Says that it is about to send its close frame, behind which nothing may be sent: also where ws answers a client's. */
class AnnouncedSocket extends WebSocket {
  override close(...args: Parameters<WebSocket['close']>): void {
    this.emit('closing')
    super.close(...args)
  }
}

// Options of ws 8.23 that its types do not know, or ask too much of.
const untyped: object = { closeTimeout: 3_000, WebSocket: AnnouncedSocket }

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
      ...untyped,
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
  // Legacy clients take an open socket for one that misses nothing: theirs are told so once that is true.
  app.websocketServer.on('headers', (_, req) => {
    if (findLegacyPlace(req.url ?? '')) req.socket.cork()
  })
  for (const url of [NATIVE_PATH, ...legacyPaths]) addSocketRoute(app, url, { gate, opened })
}

function addSocketRoute(
  app: FastifyInstance,
  url: string,
  { gate, opened }: { gate: Gate; opened: SocketEvents['opened'] },
): void {
  app.route({
    method: 'GET',
    url,
    exposeHeadRoute: false,
    // The handler makes the headers of an ordinary answer; a socket needs none.
    helmet: false,
    handler: async ({ raw }, reply) => {
      reply.helmet()
      const refusal = gate.refusalOf(raw)
      if (refusal) return sendProblem(reply, refusal.toJSON())
      if (!isSocket(raw.url ?? '')) return sendProblem(reply, { code: 'not_found' })
      const detail = 'this path is a WebSocket'
      return sendProblem(reply.header('upgrade', 'websocket'), { code: 'invalid', detail }, { status: 426 })
    },
    wsHandler: opened,
  })
}

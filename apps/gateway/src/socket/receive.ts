import type { IncomingMessage } from 'node:http'
import type { Logger } from '@parley/service-kit'
import type { FastifyRequest } from 'fastify'
import type { WebSocket } from 'ws'
import type { LegacySocket } from '../legacy/legacy-socket.ts'
import { fullBucket } from '../limits.ts'
import type { GatewayMetrics } from '../metrics.ts'
import type { Admission } from './admission.ts'
import { errorText } from './answers.ts'
import type { Authenticator } from './authenticate.ts'
import type { Commands } from './commands.ts'
import { shownBy, shownInUrl } from './credential.ts'
import type { FloodGuard } from './flood.ts'
import type { Flusher } from './flusher.ts'
import { Peer } from './peer.ts'
import type { Registry } from './registry.ts'
import type { SocketEvents } from './server.ts'

export interface ReceiveOptions {
  admission: Admission
  authenticator: Authenticator
  commands: Commands
  /** One text frame of an authenticated socket. */
  dispatch: (peer: Peer, text: string) => void
  /** What a socket speaks that was opened at an address, if not the native protocol. */
  findLegacy: (url: string) => LegacySocket | undefined
  flood: FloodGuard
  flusher: Flusher<Peer>
  registry: Registry
  metrics: GatewayMetrics
  log: Logger
}

const UNSUPPORTED_DATA = 1003
const MOST_DEVICE_CHARS = 256

/** Takes over each socket that opens. The listeners are the same for all: a closure a socket would be memory a socket. */
export function createReceiver(options: ReceiveOptions): SocketEvents {
  const { admission, authenticator, commands, flood, flusher, registry, metrics, log } = options
  const { dispatch, findLegacy } = options
  const peers = new WeakMap<WebSocket, Peer>()

  const onMessage = listener((peer, data: Buffer, isBinary: boolean) => {
    if (isBinary) return peer.closeWith(UNSUPPORTED_DATA)
    // What counts of a legacy socket's frames is known once they are read.
    if (peer.legacy) hear(peer, 'data')
    else if (!count(peer, data)) return
    if (peer.caller && !peer.waiting) dispatch(peer, data.toString())
    else authenticator.receive(peer, data.toString())
  })
  const onControl = listener((peer) => void count(peer))
  const onClose = function (this: WebSocket, code: number): void {
    const peer = peers.get(this)
    if (!peer) return
    const closeCode = peer.closeCode || code
    peer.isClosing = true
    admission.leave(peer)
    registry.remove(peer)
    flusher.lagging.delete(peer)
    metrics.socketClosed(closeCode)
    log.debug({ code: closeCode }, 'socket closed')
  }
  const onClosing = listener((peer) => {
    peer.flush()
    peer.letOpen()
    peer.isClosing = true
  })
  const onError = function (this: WebSocket): void {
    // The close code says what was wrong; without a listener the process would end.
    const peer = peers.get(this)
    if (peer) peer.isClosing = true
  }

  const hear = (peer: Peer, kind: 'data' | 'control'): void => {
    metrics.frameIn(kind)
    peer.heardAt = performance.now()
    peer.pingedAt = Infinity
  }
  /** Counts a frame; false when the socket has sent too many, which has been answered then. */
  const count = (peer: Peer, data?: Buffer): boolean => {
    hear(peer, data ? 'data' : 'control')
    const verdict = flood.count(peer, peer.heardAt)
    if (verdict.kind === 'over') {
      if (data) commands.refuseFrame(peer, data.toString(), verdict.error)
      else if (verdict.isWarning) peer.send(errorText({}, verdict.error))
    }
    return verdict.kind === 'pass'
  }

  function listener<A extends unknown[]>(run: (peer: Peer, ...args: A) => void) {
    return function (this: WebSocket, ...args: A): void {
      const peer = peers.get(this)
      if (peer && !peer.isClosing) run(peer, ...args)
    }
  }

  const opened = (ws: WebSocket, { raw: req, address }: FastifyRequest): void => {
    const now = performance.now()
    const peer = new Peer({
      ws,
      raw: req.socket,
      address,
      place: admission.enter(address),
      device: req.headers['user-agent']?.slice(0, MOST_DEVICE_CHARS),
      origin: req.headers.origin,
      flusher,
      budget: fullBucket(now),
      now,
    })
    peers.set(ws, peer)
    registry.all.add(peer)
    metrics.socketOpened()
    ws.on('error', onError).on('message', onMessage).on('ping', onControl).on('pong', onControl)
    ws.on('closing', onClosing).on('close', onClose)
    begin(peer, req)
    admission.confirm(peer)
  }
  const begin = (peer: Peer, req: IncomingMessage): void => {
    peer.legacy = findLegacy(req.url ?? '')
    if (peer.legacy) {
      const credential = shownInUrl(req.url ?? '')
      return credential ? authenticator.begin(peer, credential) : peer.close('not_authenticated')
    }
    const shown = shownBy(req)
    if (shown.kind === 'credential') authenticator.begin(peer, shown.credential)
    else if (shown.kind === 'none') peer.setStranger(true)
    else peer.close(shown.why === 'version' ? 'version' : 'not_authenticated', shown.why)
  }
  return { opened }
}

import { WebSocket } from 'ws'
import type { Frame } from '../client/socket.ts'

export interface LinkEvents {
  opened(): void
  frame(frame: Frame): void
  /** Once, whether it was ever open or not. */
  closed(code: number): void
}

/** One socket, from the attempt to open it to its end. A server that goes silent counts as gone. */
export interface Link {
  send(frame: Frame): void
  close(): void
  /** What the server has named as its beat; until then the usual one. */
  heartbeatMs: number
}

const HANDSHAKE_MS = 5_000
const LOOK_MS = 1_000
const CLOSED_BY_CLIENT = 1000

export function openLink(gateway: string, token: string, events: LinkEvents): Link {
  const ws = new WebSocket(`${gateway.replace('http', 'ws')}/ws`, ['parley.v1', `bearer.${token}`], {
    handshakeTimeout: HANDSHAKE_MS,
  })
  let heardAt = performance.now()
  const heard = (): void => void (heardAt = performance.now())
  const link: Link = {
    heartbeatMs: 25_000,
    send: (frame) => ws.send(JSON.stringify(frame)),
    close: () => ws.close(CLOSED_BY_CLIENT),
  }
  const look = setInterval(() => {
    const silentMs = performance.now() - heardAt
    if (silentMs > 2 * link.heartbeatMs) ws.terminate()
    else if (silentMs > link.heartbeatMs && ws.readyState === ws.OPEN) ws.ping()
  }, LOOK_MS)
  ws.on('open', () => {
    heard()
    events.opened()
  })
  ws.on('ping', heard)
  ws.on('pong', heard)
  ws.on('message', (data: Buffer) => {
    heard()
    events.frame(JSON.parse(data.toString()) as Frame)
  })
  // What went wrong is followed by `close`.
  ws.on('error', () => undefined)
  ws.on('close', (code) => {
    clearInterval(look)
    events.closed(code)
  })
  return link
}

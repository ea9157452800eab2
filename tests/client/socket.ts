import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { WebSocket } from 'ws'

export type Frame = Record<string, unknown> & { type: string }

export interface Closed {
  code: number
  reason: string
}

/** A client's end of a socket. Every frame that came is kept, so that "exactly once" can be counted. */
export interface Socket extends AsyncDisposable {
  /** Rejects when the gateway refuses. */
  readonly opened: Promise<unknown>
  /** All frames so far, in order. */
  readonly frames: readonly Frame[]
  /** How it was closed; rejects when it stays open longer than that. */
  closedWithin(ms: number): Promise<Closed>
  of(type: string): Frame[]
  send(frame: Frame): void
  /** Sends a frame with a `ref` of its own and gives what answers it: an ack, a response or an error. */
  ask(frame: Frame): Promise<Frame>
  /** The first frame, among those that came and those to come, of a type and a condition. */
  waitForAny(isIt: (frame: Frame) => boolean, timeoutMs?: number): Promise<Frame>
  waitFor(type: string, isIt?: (frame: Frame) => boolean, timeoutMs?: number): Promise<Frame>
}

const PATIENCE_MS = 10_000

export async function openSocket(
  gateway: string,
  credential: string,
  kind: 'bearer' | 'ticket' = 'bearer',
): Promise<Socket> {
  const socket = follow(
    new WebSocket(`${gateway.replace('http', 'ws')}/ws`, ['parley.v1', `${kind}.${credential}`]),
  )
  await socket.opened
  return socket
}

/** A socket at an address, whatever it speaks there. */
export async function openAt(gateway: string, address: string): Promise<Socket> {
  const socket = follow(new WebSocket(gateway.replace('http', 'ws') + address))
  await socket.opened
  return socket
}

/** A socket of another client's protocol, once it takes frames: what is no frame of theirs is answered by all. */
export async function openLegacy(gateway: string, path: string, token: string): Promise<Socket> {
  const socket = await openAt(gateway, `${path}${path.includes('?') ? '&' : '?'}token=${token}`)
  socket.send({ type: 'no such frame' })
  await socket.waitFor('error')
  return socket
}

/** A socket that said hello and has everything that was missed since the cursor. */
export async function openSession(gateway: string, token: string, cursor?: string): Promise<Socket> {
  const socket = await openSocket(gateway, token)
  socket.send({ type: 'hello', ...(cursor !== undefined && { cursor }) })
  await socket.waitFor('caught_up')
  return socket
}

export const cursorOf = (socket: Socket): string => String(socket.of('caught_up').at(-1)?.['cursor'])

function follow(ws: WebSocket): Socket {
  const opened = once(ws, 'open')
  const frames: Frame[] = []
  let refs = 0
  let changed = Promise.withResolvers<void>()
  const closed = new Promise<Closed>((resolve) => {
    ws.on('close', (code, reason) => {
      resolve({ code, reason: reason.toString() })
      changed.resolve()
    })
  })
  // A connection that breaks is closed as well; without a listener the error would end the test run.
  ws.on('error', () => undefined)
  ws.on('message', (data: Buffer) => {
    frames.push(JSON.parse(data.toString()) as Frame)
    changed.resolve()
    changed = Promise.withResolvers()
  })

  const first = async (what: string, isIt: (frame: Frame) => boolean, timeoutMs: number): Promise<Frame> => {
    const deadline = performance.now() + timeoutMs
    for (;;) {
      const found = frames.find(isIt)
      if (found) return found
      const leftMs = deadline - performance.now()
      if (leftMs <= 0 || ws.readyState === ws.CLOSED) throw new Error(missing(what, timeoutMs, frames))
      const waiting = new AbortController()
      const late = delay(leftMs, undefined, { signal: waiting.signal }).catch(() => undefined)
      await Promise.race([changed.promise, late])
      waiting.abort()
    }
  }
  const send = (frame: Frame): void => ws.send(JSON.stringify(frame))
  return {
    opened,
    frames,
    send,
    closedWithin: async (ms) => {
      const waiting = new AbortController()
      const late = delay(ms, undefined, { signal: waiting.signal }).then(() => {
        throw new Error(`still open after ${ms} ms`)
      })
      try {
        return await Promise.race([closed, late])
      } finally {
        waiting.abort()
        late.catch(() => undefined)
      }
    },
    of: (type) => frames.filter((frame) => frame.type === type),
    waitForAny: (isIt, timeoutMs = PATIENCE_MS) => first('such frame', isIt, timeoutMs),
    waitFor: (type, isIt = () => true, timeoutMs = PATIENCE_MS) =>
      first(type, (frame) => frame.type === type && isIt(frame), timeoutMs),
    ask: (frame) => {
      const ref = `r${refs++}`
      send({ ...frame, ref })
      return first(`answer to ${frame.type}`, (answer) => answer['ref'] === ref, PATIENCE_MS)
    },
    [Symbol.asyncDispose]: async () => {
      ws.terminate()
      if (ws.readyState !== ws.CLOSED) await closed
    },
  }
}

const missing = (what: string, timeoutMs: number, frames: Frame[]): string =>
  `no ${what} within ${timeoutMs} ms; there were:\n${frames.map((frame) => JSON.stringify(frame)).join('\n')}`

import { setTimeout as delay } from 'node:timers/promises'
import { WebSocket, type ClientOptions } from 'ws'

export type Frame = Record<string, unknown> & { type: string }

export interface OpenOptions {
  port: number
  path?: string
  token?: string
  protocols?: string[]
  headers?: Record<string, string>
  options?: ClientOptions
}

export interface Closed {
  code: number
  reason: string
}

/** A client's end of a socket: what came is kept, and waited for with a deadline. */
export interface TestSocket extends AsyncDisposable {
  ws: WebSocket
  /** All frames so far, in order. */
  frames: Frame[]
  closed: Promise<Closed>
  send(frame: unknown): void
  /** The next frame of a type that was not given out before. */
  next(type: string): Promise<Frame>
}

const DEADLINE_MS = 8_000

/** Resolves when the socket is open; rejects with the status when it is refused. */
export async function openSocket(options: OpenOptions): Promise<TestSocket> {
  const { port, path = '/ws', token, protocols = [], headers = {} } = options
  const ws = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocols, {
    headers: { ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    ...options.options,
  })
  const socket = follow(ws)
  await new Promise<void>((resolve, reject) => {
    ws.on('open', resolve)
    ws.on('unexpected-response', (_, response) => {
      let body = ''
      response.on('data', (chunk: Buffer) => (body += chunk.toString()))
      response.on('end', () => {
        const { statusCode: status, headers: answered } = response
        reject(Object.assign(new Error(`status ${status}`), { status, body, headers: answered }))
      })
    })
    ws.on('error', reject)
  })
  return socket
}

function follow(ws: WebSocket): TestSocket {
  const frames: Frame[] = []
  const given = new Set<Frame>()
  let changed = Promise.withResolvers<void>()
  ws.on('message', (data: Buffer) => {
    frames.push(JSON.parse(data.toString()) as Frame)
    changed.resolve()
    changed = Promise.withResolvers()
  })
  const closed = new Promise<Closed>((resolve) => {
    ws.on('close', (code, reason) => resolve({ code, reason: reason.toString() }))
  })
  ws.on('error', () => undefined)

  return {
    ws,
    frames,
    closed,
    send: (frame) => ws.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
    next: async (type) => {
      const deadline = AbortSignal.timeout(DEADLINE_MS)
      for (;;) {
        const found = frames.find((frame) => frame.type === type && !given.has(frame))
        if (found) {
          given.add(found)
          return found
        }
        const late = delay(DEADLINE_MS, undefined, { signal: deadline }).catch(() => {
          const seen = frames.map((frame) => JSON.stringify(frame)).join('\n')
          throw new Error(`no ${type} within ${DEADLINE_MS} ms; there were:\n${seen}`)
        })
        await Promise.race([changed.promise, late, closed.then(({ code }) => failClosed(type, code, frames))])
      }
    },
    [Symbol.asyncDispose]: async () => {
      if (ws.readyState === ws.CLOSED) return
      ws.terminate()
      await closed
    },
  }
}

function failClosed(type: string, code: number, frames: Frame[]): void {
  if (!frames.some((frame) => frame.type === type)) throw new Error(`closed with ${code} before ${type}`)
}

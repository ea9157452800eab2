import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

export interface Frame {
  type: string
  ref?: string | undefined
  [field: string]: unknown
}

export const ada = {
  id: 257,
  username: 'ada',
  first_name: 'Ada',
  last_name: '',
  profile_picture: null,
  email: null,
  phone: null,
  role: 'user' as const,
  created_at: '2026-01-01T00:00:00.000Z',
}
export const ben = { ...ada, id: 513, username: 'ben', first_name: 'Ben' }

export const tokens = (n = 1, expires_in = 600) => ({
  user: ada,
  access_token: `access-${n}`,
  refresh_token: `refresh-${n}`,
  token_type: 'Bearer' as const,
  expires_in,
})

export const bensTokens = { ...tokens(7), user: ben }

/** The server's end of one socket: frames as they came, and what the test makes it say. */
export class Peer {
  readonly protocols: string[]
  readonly received: Frame[] = []
  closeCode: number | undefined
  /** Takes frames instead of `take`. */
  onFrame: ((frame: Frame) => void) | undefined
  readonly #ws: WebSocket
  #wake = () => {}
  #isMute = false

  constructor(ws: WebSocket, request: IncomingMessage) {
    this.#ws = ws
    this.protocols = String(request.headers['sec-websocket-protocol'])
      .split(',')
      .map((part) => part.trim())
    ws.on('message', (data) => {
      const frame = JSON.parse(String(data)) as Frame
      if (frame.type === 'ping' && !this.#isMute) ws.send('{"type":"pong"}')
      if (this.onFrame) return this.onFrame(frame)
      this.received.push(frame)
      this.#wake()
    })
    ws.on('close', (code) => {
      this.closeCode = code
      this.#wake()
    })
  }

  get credential(): string {
    return this.protocols[1] ?? ''
  }

  send(...frames: Frame[]): void {
    for (const frame of frames) this.#ws.send(JSON.stringify(frame))
  }

  /** The next frame of a type that was not taken before. */
  async take(type: string): Promise<Frame> {
    return this.#until(`a ${type} frame`, () => {
      const at = this.received.findIndex((frame) => frame.type === type)
      return at < 0 ? undefined : this.received.splice(at, 1)[0]
    })
  }

  async closed(): Promise<number> {
    return this.#until('the close', () => this.closeCode)
  }

  /** Acknowledges a command. */
  ack({ ref, client_id }: Frame, fields: Record<string, unknown> = {}): void {
    this.send({ type: 'ack', ref, client_id, ...fields })
  }

  /** Refuses a command. */
  refuse({ ref, client_id }: Frame, code: string, fields: Record<string, unknown> = {}): void {
    this.send({ type: 'error', ref, client_id, code, message: code, ...fields })
  }

  /** Answers `hello` up to `caught_up`; gives the `hello`. */
  async welcome(cursor: string, replay: Frame[] = [], greeting = this.greeting): Promise<Frame> {
    const hello = await this.take('hello')
    this.send(greeting, ...replay, { type: 'caught_up', cursor })
    return hello
  }

  /** The `welcome` of the person whose credential it is: Ada, but for Ben's. */
  get greeting(): Frame {
    return { ...welcome, user: this.credential === `bearer.${bensTokens.access_token}` ? ben : ada }
  }

  /** Answers nothing any more, as a cable that was cut. */
  mute(): void {
    this.#isMute = true
  }

  close(code: number): void {
    this.#ws.close(code)
  }

  terminate(): void {
    this.#ws.terminate()
  }

  async #until<T>(what: string, look: () => T | undefined): Promise<T> {
    const deadline = performance.now() + 5_000
    for (;;) {
      const found = look()
      if (found !== undefined) return found
      const left = deadline - performance.now()
      if (left <= 0) throw new Error(`waited for ${what}; have ${JSON.stringify(this.received)}`)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }
}

export const welcome: Frame = {
  type: 'welcome',
  session_id: 's1',
  user: ada,
  heartbeat_ms: 25_000,
  epoch: 'e1',
  limits: {
    frame_bytes: 65_536,
    content_chars: 4_000,
    sends_per_second: 5,
    burst: 60,
    watch: 100,
    sockets_per_user: 10,
  },
}

interface Answer {
  status: number
  body?: unknown
}
type Route = (body: Record<string, unknown>, request: IncomingMessage) => Answer | Promise<Answer>

/** A gateway that says what a test wants, over real sockets. */
export class ScriptedGateway implements AsyncDisposable {
  readonly peers: Peer[] = []
  readonly requests: { route: string; body: Record<string, unknown>; authorization: string | undefined }[] =
    []
  /** `METHOD /path` to its answer. */
  readonly routes = new Map<string, Route>()
  /** Answers what no route does. */
  onRequest: ((route: string, authorization?: string) => Promise<Answer | undefined>) | undefined
  /** Hears of each socket before its first frame. */
  onPeer: ((peer: Peer) => void) | undefined
  readonly #server = createServer((request, response) => void this.#answer(request, response))
  readonly #sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'parley.v1' })
  readonly #waiting: ((peer: Peer) => void)[] = []
  #taken = 0

  async start(): Promise<this> {
    this.#server.on('upgrade', (request, raw, head) =>
      this.#sockets.handleUpgrade(request, raw, head, (ws) => {
        const peer = new Peer(ws, request)
        this.onPeer?.(peer)
        this.peers.push(peer)
        this.#waiting.shift()?.(peer)
      }),
    )
    await new Promise<void>((resolve) => void this.#server.listen(0, '127.0.0.1', resolve))
    return this
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** The next socket. */
  async accept(): Promise<Peer> {
    const peer = this.peers[this.#taken]
    this.#taken += 1
    if (peer) return peer
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('no socket was opened in 5 s')), 5_000)
      this.#waiting.push((opened) => {
        clearTimeout(timer)
        resolve(opened)
      })
    })
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString()
    const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>
    const route = `${request.method} ${request.url}`
    this.requests.push({ route, body, authorization: request.headers.authorization })
    const answer = (await this.routes.get(route)?.(body, request)) ??
      (await this.onRequest?.(route, request.headers.authorization)) ?? {
        status: 404,
        body: { code: 'not_found' },
      }
    response.writeHead(answer.status, { 'content-type': 'application/json' })
    response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const ws of this.#sockets.clients) ws.terminate()
    this.#server.closeAllConnections()
    await new Promise<void>((resolve) => void this.#server.close(() => resolve()))
  }
}

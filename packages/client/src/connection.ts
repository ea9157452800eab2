import type { Credential } from './credentials.ts'
import type { Environment, Socket, SocketConstructor } from './environment.ts'
import { RpcError } from './errors.ts'
import { closeCodes } from './generated/operations.ts'
import { Heartbeat } from './heartbeat.ts'
import type { AnyFrame, ServerFrames } from './wire.ts'

/** From the first byte to `welcome`. */
const OPEN_MS = 15_000
/** What a browser says when a connection ended without a close frame. */
const NO_CLOSE_FRAME = 1006

export interface ConnectionEvents {
  opened: () => void
  frame: (frame: AnyFrame) => void
  /** Once, and last; not after `drop`. */
  lost: (code: number) => void
}

export interface ConnectionOptions {
  url: string
  credential: Credential
  environment: Pick<Environment, 'WebSocket' | 'after' | 'now'>
  on: ConnectionEvents
}

/** Only what every server sends is sure to be there. */
type Welcome = Pick<ServerFrames['welcome'], 'heartbeat_ms'> & {
  user?: { id: number }
  limits?: { frame_bytes?: number }
}

/** One socket from its opening to its end. */
export class Connection {
  readonly #on: ConnectionEvents
  readonly #user_id: number | undefined
  readonly #heartbeat: Heartbeat
  readonly #stopOpening: () => void
  #socket: Socket | undefined
  #frameBytes = Infinity
  #ended = false
  /** Whether `welcome` has come: commands may be sent. */
  isReady = false

  constructor({ url, credential, environment, on }: ConnectionOptions) {
    const { after, now } = environment
    this.#on = on
    this.#user_id = credential.user_id
    this.#stopOpening = after(OPEN_MS, () => this.#end(NO_CLOSE_FRAME))
    this.#heartbeat = new Heartbeat({
      after,
      now,
      ping: () => this.send({ type: 'ping' }),
      dead: () => this.#end(NO_CLOSE_FRAME),
    })
    try {
      this.#socket = open(environment.WebSocket, url, credential)
      this.#listen(this.#socket)
    } catch {
      // The platform refuses a credential that is no token of RFC 9110; the owner hears of it after the constructor.
      queueMicrotask(() => this.#end(closeCodes.not_authenticated))
    }
  }

  /** Sends one frame. What is larger than the server takes is refused here: the server would close the socket. */
  send(frame: AnyFrame): void {
    const text = JSON.stringify(frame)
    if (text.length * 3 > this.#frameBytes && new TextEncoder().encode(text).length > this.#frameBytes)
      throw new RpcError({
        code: 'payload_too_large',
        detail: `a frame has at most ${this.#frameBytes} bytes`,
      })
    if (!this.#ended) this.#socket?.send(text)
  }

  /** Wants a sign of life within seconds, or reports the loss. */
  check(): void {
    this.#heartbeat.check()
  }

  /** Closes without a report. */
  drop(): void {
    this.#finish()
  }

  #listen(socket: Socket): void {
    socket.addEventListener('open', () => {
      if (!this.#ended) this.#on.opened()
    })
    socket.addEventListener('message', ({ data }) => this.#receive(data))
    socket.addEventListener('close', ({ code }) => this.#end(code ?? NO_CLOSE_FRAME))
    // `close` follows and says more; without a listener some platforms throw.
    socket.addEventListener('error', () => {})
  }

  #receive(data: unknown): void {
    if (this.#ended) return
    const frame = parse(data)
    this.#heartbeat.heard({ isPong: frame.type === 'pong' })
    if (frame.type === 'welcome') this.#welcome(frame)
    if (!this.#ended) this.#on.frame(frame)
  }

  /** Whoever is greeted in the name of another one would hear what is not theirs. */
  #welcome(frame: AnyFrame): void {
    // The server's frames are what the protocol says.
    const { heartbeat_ms, limits, user } = frame as unknown as Welcome
    if (user?.id !== this.#user_id) return this.#end(closeCodes.not_authenticated)
    this.isReady = true
    this.#frameBytes = limits?.frame_bytes ?? Infinity
    this.#stopOpening()
    this.#heartbeat.start(heartbeat_ms)
  }

  #end(code: number): void {
    if (this.#ended) return
    this.#finish()
    this.#on.lost(code)
  }

  #finish(): void {
    this.#ended = true
    this.isReady = false
    this.#stopOpening()
    this.#heartbeat.stop()
    this.#socket?.close(1000)
  }
}

function open(WebSocket: SocketConstructor, url: string, { user_id, protocol }: Credential): Socket {
  const Sockets = (user_id !== undefined && WebSocket.of?.(user_id)) || WebSocket
  return new Sockets(url, ['parley.v1', protocol])
}

/** A frame of the server. What is none has no type that anybody listens to. */
function parse(data: unknown): AnyFrame {
  try {
    const value: unknown = JSON.parse(String(data))
    if (typeof value === 'object' && value !== null && 'type' in value) return value as AnyFrame
  } catch {
    // Falls through: a frame that is not JSON is as unknown as one of a type not known.
  }
  return { type: '' }
}

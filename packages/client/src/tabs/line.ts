/*
 * One real socket that several clients of one person share. Frames go to all of them: each drops what it has already. What the
 * server answers to one of them, it gets alone:
 *
 *   ack, response, error   by their `ref`, which carries the client's id on the way
 *   welcome                to who said `hello`; the later ones get the same one again
 *   caught_up, reset       to whose `hello` or `sync` is being answered; these are asked one after the other
 *
 * The first `hello` goes out as it is. A later one becomes a `sync` from its cursor: what that brings reaches the others too,
 * as frames that they know. `watch` and `attach` are the union of what the clients want.
 */
import type { Socket, SocketConstructor } from '../environment.ts'
import type { AnyFrame } from '../wire.ts'
import type { Dialled } from './messages.ts'
import { Wants } from './wants.ts'

const NO_CLOSE_FRAME = 1006
const GOING_AWAY = 4000
/** The `ref` of frames that are asked for all who wait. */
const SYNC = 'sync'

export interface LineOptions {
  WebSocket: SocketConstructor
  dialled: Dialled
  opened: (client: string) => void
  deliver: (clients: readonly string[], data: string) => void
  closed: (client: string, code: number) => void
  /** Once, and last. */
  ended: () => void
}

interface Asking {
  client: string
  frame: AnyFrame
}

export class Line {
  readonly #options: LineOptions
  readonly #socket: Socket
  /** By client, whether it was welcomed. */
  readonly #clients = new Map<string, boolean>()
  readonly #wants: Wants
  readonly #queue: Asking[] = []
  #asking: Asking | undefined
  #welcome: string | undefined
  #isOpen = false
  #isEnded = false
  /** The server wants everybody elsewhere: whoever comes is not put on this line. */
  #isLeaving = false

  constructor(options: LineOptions) {
    this.#options = options
    this.#wants = new Wants(
      (frame) => this.#write(frame),
      (ref) => this.#answer({ type: 'ack' }, ref),
    )
    this.#socket = new options.WebSocket(options.dialled.url, options.dialled.protocols)
    this.#socket.addEventListener('open', () => this.#opened())
    this.#socket.addEventListener('message', ({ data }) => this.#receive(String(data)))
    this.#socket.addEventListener('close', ({ code }) => this.end(code ?? NO_CLOSE_FRAME))
    // `close` follows and says more; without a listener some platforms throw.
    this.#socket.addEventListener('error', () => {})
  }

  /** Whether a further client may go on it: one line carries one person. */
  suits({ user_id }: Dialled): boolean {
    return !this.#isLeaving && user_id !== undefined && user_id === this.#options.dialled.user_id
  }

  has(client: string): boolean {
    return this.#clients.has(client)
  }

  join(client: string): void {
    if (!this.#clients.has(client)) this.#clients.set(client, false)
    if (this.#isOpen) this.#options.opened(client)
  }

  leave(client: string): void {
    if (!this.#clients.delete(client)) return
    if (this.#clients.size === 0) this.end(NO_CLOSE_FRAME)
    else this.#wants.forget(client)
  }

  get clients(): readonly string[] {
    return [...this.#clients.keys()]
  }

  /** Ends the real socket and all that hang on it. */
  end(code: number): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#socket.close(1000)
    for (const client of this.clients) this.#options.closed(client, code)
    this.#clients.clear()
    this.#options.ended()
  }

  /** A client sends a frame. */
  send(client: string, data: string): void {
    const frame = JSON.parse(data) as AnyFrame
    if (frame.type === 'hello' || frame.type === 'sync') {
      this.#queue.push({ client, frame })
      return this.#ask()
    }
    const named = typeof frame['ref'] === 'string' ? { ...frame, ref: `${client}:${frame['ref']}` } : frame
    if (!this.#wants.takes(client, named)) this.#write(named)
  }

  #write(frame: AnyFrame): void {
    if (!this.#isEnded) this.#socket.send(JSON.stringify(frame))
  }

  #opened(): void {
    this.#isOpen = true
    for (const client of this.clients) this.#options.opened(client)
  }

  #ask(): void {
    if (this.#asking) return
    this.#asking = this.#queue.shift()
    if (!this.#asking) return
    const { client, frame } = this.#asking
    if (frame.type === 'hello' && this.#welcome === undefined) return this.#write(frame)
    if (frame.type === 'hello') this.#greet(client)
    const { cursor } = frame
    this.#write({ type: 'sync', ref: SYNC, ...(cursor !== undefined && { cursor }) })
  }

  #greet(client: string): void {
    if (!this.#clients.has(client)) return
    this.#clients.set(client, true)
    this.#options.deliver([client], this.#welcome ?? '')
  }

  #receive(data: string): void {
    const frame = parse(data)
    switch (frame.type) {
      case 'welcome':
        this.#welcome = data
        return this.#asking && this.#greet(this.#asking.client)
      case 'caught_up':
      case 'reset':
        if (!this.#asking) return this.#tell(data)
        this.#options.deliver([this.#asking.client], data)
        return this.#asked()
      case 'goaway':
        this.#isLeaving = true
        return this.#tell(data)
      default:
        if (typeof frame['ref'] === 'string') this.#answer(frame, frame['ref'])
        else this.#tell(data)
    }
  }

  #asked(): void {
    this.#asking = undefined
    this.#ask()
  }

  /** To all who were welcomed: whoever was not gets it with its replay. */
  #tell(data: string): void {
    const welcomed = this.clients.filter((client) => this.#clients.get(client))
    if (welcomed.length > 0) this.#options.deliver(welcomed, data)
  }

  #answer(frame: AnyFrame, ref: string): void {
    if (ref === SYNC) return this.#refused()
    const at = ref.indexOf(':')
    const client = ref.slice(0, at)
    if (this.#clients.has(client))
      this.#options.deliver([client], JSON.stringify({ ...frame, ref: ref.slice(at + 1) }))
  }

  /** A `sync` that is refused: who said `hello` cannot go on without it, and comes again. */
  #refused(): void {
    const { client, frame } = this.#asking ?? {}
    if (client !== undefined && frame?.type === 'hello' && this.#clients.has(client)) {
      this.leave(client)
      this.#options.closed(client, GOING_AWAY)
    }
    this.#asked()
  }
}

function parse(data: string): AnyFrame {
  try {
    const frame: unknown = JSON.parse(data)
    if (typeof frame === 'object' && frame !== null && 'type' in frame) return frame as AnyFrame
  } catch {
    // As with a socket of one's own: what is no frame has no type.
  }
  return { type: '' }
}

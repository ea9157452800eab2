import type { Environment, Socket, SocketEvent } from '../environment.ts'
import type { Bus, Dialled, TabMessage } from './messages.ts'

/** So long may a leader take to say that it is there. */
const LEADER_MS = 3_000
/** What a browser says when a connection ended without a close frame. */
const NO_CLOSE_FRAME = 1006

export interface TabSocketOptions extends Dialled {
  id: string
  bus: Bus
  after: Environment['after']
  /** No leader answers. */
  abandoned: () => void
}

type Listener = (event: SocketEvent) => void

/** A socket as a client wants it, over the real one that the leader has. */
export class TabSocket implements Socket {
  readonly #options: TabSocketOptions
  readonly #listeners = new Map<string, Set<Listener>>()
  readonly #unlisten: () => void
  #leader: string | undefined
  #stopWaiting = () => {}
  #isEnded = false

  constructor(options: TabSocketOptions) {
    this.#options = options
    this.#unlisten = options.bus.listen((message) => this.#take(message))
    this.#ask()
  }

  addEventListener(type: string, listener: Listener): void {
    const listeners = this.#listeners.get(type) ?? new Set()
    this.#listeners.set(type, listeners.add(listener))
  }

  send(data: string): void {
    const { id, bus } = this.#options
    if (!this.#isEnded) bus.post({ kind: 'send', socket: id, data })
  }

  close(): void {
    if (this.#isEnded) return
    const { id, bus } = this.#options
    bus.post({ kind: 'close', socket: id })
    this.#finish()
  }

  #ask(): void {
    const { id, url, protocols, user_id, bus, after, abandoned } = this.#options
    bus.post({ kind: 'open', socket: id, url, protocols, user_id })
    this.#stopWaiting()
    this.#stopWaiting = after(LEADER_MS, () => {
      abandoned()
      this.#ask()
    })
  }

  #take(message: TabMessage): void {
    const { id } = this.#options
    if (message.kind === 'leader') return this.#follow(message.leader)
    if (message.kind === 'data') {
      if (message.to.includes(id)) this.#emit('message', { data: message.data })
      return
    }
    if (!('socket' in message) || message.socket !== id) return
    if (message.kind === 'accepted') {
      this.#leader = message.leader
      this.#stopWaiting()
    }
    if (message.kind === 'opened') this.#emit('open', {})
    if (message.kind === 'closed') this.#end(message.code)
  }

  #follow(leader: string): void {
    if (this.#leader === undefined) this.#ask()
    else if (this.#leader !== leader) this.#end(NO_CLOSE_FRAME)
  }

  #end(code: number): void {
    this.#finish()
    this.#emit('close', { code })
  }

  #finish(): void {
    this.#isEnded = true
    this.#stopWaiting()
    this.#unlisten()
  }

  #emit(type: string, event: SocketEvent): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event)
  }
}

import type { SocketConstructor } from '../environment.ts'
import { Line } from './line.ts'
import type { Bus, Dialled, TabMessage } from './messages.ts'

export interface HubOptions {
  /** The leader's tab. */
  tab: string
  bus: Bus
  WebSocket: SocketConstructor
}

/** What the leader does: has the real sockets, and gives each client of each tab its part. */
export class Hub {
  readonly #options: HubOptions
  readonly #lines = new Set<Line>()
  readonly #unlisten: () => void

  constructor(options: HubOptions) {
    this.#options = options
    this.#unlisten = options.bus.listen((message) => this.#take(message))
    options.bus.post({ kind: 'leader', leader: options.tab })
  }

  stop(): void {
    this.#unlisten()
    for (const line of [...this.#lines]) line.end(1006)
  }

  #take(message: TabMessage): void {
    switch (message.kind) {
      case 'open':
        return this.#open(message)
      case 'send':
        return this.#lineOf(message.socket)?.send(message.socket, message.data)
      case 'close':
        return this.#lineOf(message.socket)?.leave(message.socket)
      case 'gone':
        return this.#forget(message.tab)
      default:
      // What leaders say.
    }
  }

  #lineOf(client: string): Line | undefined {
    return [...this.#lines].find((line) => line.has(client))
  }

  /** All of one person go on one socket, but for those whom the server sends to another. */
  #open({ socket, ...dialled }: Extract<TabMessage, { kind: 'open' }>): void {
    const { bus, tab } = this.#options
    bus.post({ kind: 'accepted', socket, leader: tab })
    const known = this.#lineOf(socket)
    const line = known ?? [...this.#lines].find((other) => other.suits(dialled)) ?? this.#dial(dialled)
    line.join(socket)
  }

  #dial(dialled: Dialled): Line {
    const { bus, WebSocket } = this.#options
    const line = new Line({
      WebSocket,
      dialled,
      opened: (socket) => bus.post({ kind: 'opened', socket }),
      deliver: (to, data) => bus.post({ kind: 'data', to, data }),
      closed: (socket, code) => bus.post({ kind: 'closed', socket, code }),
      ended: () => void this.#lines.delete(line),
    })
    this.#lines.add(line)
    return line
  }

  #forget(tab: string): void {
    for (const line of [...this.#lines])
      for (const client of line.clients) if (client.startsWith(`${tab}.`)) line.leave(client)
  }
}

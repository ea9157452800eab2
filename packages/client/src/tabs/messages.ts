/** The real socket that a client wants. */
export interface Dialled {
  url: string
  protocols: string[]
  /** Whose it is; what nobody has said is shared with nobody. */
  user_id: number | undefined
}

/** What tabs say to each other. A socket is that of one client in one tab; its id begins with the tab's. */
export type TabMessage =
  /** A tab came; a tab is gone. */
  | { kind: 'tab' | 'gone'; tab: string }
  /** A tab has taken over the real sockets: what hung on those of another is lost. */
  | { kind: 'leader'; leader: string }
  /** To the leader. */
  | ({ kind: 'open'; socket: string } & Dialled)
  | { kind: 'send'; socket: string; data: string }
  | { kind: 'close'; socket: string }
  /** From the leader. */
  | { kind: 'accepted'; socket: string; leader: string }
  | { kind: 'opened'; socket: string }
  | { kind: 'data'; to: readonly string[]; data: string }
  | { kind: 'closed'; socket: string; code: number }

/** The platform's own BroadcastChannel. */
export interface Channel {
  postMessage(message: unknown): void
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
  close(): void
  /** Node's: an open channel does not keep the process. */
  unref?(): void
}

/** The platform's own `navigator.locks`. */
export interface Locks {
  request<T>(
    name: string,
    options: { signal?: AbortSignal; steal?: boolean },
    run: () => Promise<T>,
  ): Promise<T>
}

/** One end of the line between all tabs of a name. */
export class Bus {
  readonly #channel: Channel
  readonly #listeners = new Set<(message: TabMessage) => void>()
  #isClosed = false

  constructor(channel: Channel) {
    this.#channel = channel
    channel.unref?.()
    channel.addEventListener('message', ({ data }) => {
      // Nobody else speaks on this channel.
      for (const listener of [...this.#listeners]) listener(data as TabMessage)
    })
  }

  post(message: TabMessage): void {
    if (!this.#isClosed) this.#channel.postMessage(message)
  }

  listen(listener: (message: TabMessage) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  close(): void {
    this.#isClosed = true
    this.#listeners.clear()
    this.#channel.close()
  }
}

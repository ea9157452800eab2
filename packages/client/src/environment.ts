import { type Signals, watchDevice } from './signals.ts'

/** The part of a WebSocket that the client uses: the platform's own and the `ws` package's both fit. */
export interface Socket {
  send(data: string): void
  close(code?: number, reason?: string): void
  addEventListener(type: 'open' | 'message' | 'close' | 'error', listener: (event: SocketEvent) => void): void
}
export interface SocketEvent {
  data?: unknown
  code?: number
}
export interface SocketConstructor {
  new (url: string, protocols: string[]): Socket
  /** Where clients share sockets: makes those of one person, which nobody else's clients share. */
  of?(user_id: number): SocketConstructor
}

/** What the client takes from its platform; each part can be given as an option. */
export interface Environment {
  fetch: typeof globalThis.fetch
  WebSocket: SocketConstructor
  /** Milliseconds since the epoch. */
  now: () => number
  /** From 0 up to 1. */
  random: () => number
  /** Runs something later, once; the result takes it back. */
  after: (ms: number, run: () => void) => () => void
  signals: Signals
  /** Gets what a listener of the application threw. */
  report: (error: unknown) => void
}

/** The platform's own parts where none is given, looked up when a client is made and not on import. */
export const platform = (given: Partial<Environment>): Environment => ({
  fetch: given.fetch ?? ((...args) => globalThis.fetch(...args)),
  WebSocket: given.WebSocket ?? globalThis.WebSocket,
  now: given.now ?? Date.now,
  random: given.random ?? Math.random,
  after: given.after ?? afterTimeout,
  signals: given.signals ?? watchDevice,
  report: given.report ?? throwLater,
})

function afterTimeout(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms)
  return () => clearTimeout(timer)
}

/** As event targets do: nobody who caused the event is in its way, and the error is not lost. */
const throwLater = (error: unknown): void =>
  queueMicrotask(() => {
    throw error
  })

import type { Environment } from '../environment.ts'
import { Cell, once, type Source } from '../source.ts'
import type { AnyFrame, ServerFrames } from '../wire.ts'

/** What the server takes in one list. */
const MOST = 100
/** Who is left alone for so short a time stays on the list: pages come and go. */
const LINGER_MS = 5_000
/** Those who come into view together are asked for together. */
const GATHER_MS = 50

/** `unknown`: nobody has asked, or the server has not answered, or may not tell. */
export interface Presence {
  status: 'online' | 'away' | 'offline' | 'unknown'
  last_seen: string | null
}

interface Watched {
  cell: Cell<Presence>
  count: number
  stop: () => void
}

const UNKNOWN: Presence = { status: 'unknown', last_seen: null }

export interface PresencesOptions {
  environment: Pick<Environment, 'after' | 'report'>
  /** Replaces the list of a socket; without one nothing is sent. */
  watch: (user_ids: number[]) => void
}

/** Who is there, of those whom somebody looks at: one list for all that subscribe. */
export class Presences {
  readonly #options: PresencesOptions
  readonly #watched = new Map<number, Watched>()
  #stopGathering: (() => void) | undefined
  #sent = ''

  constructor(options: PresencesOptions) {
    this.#options = options
  }

  /** Is watched while somebody subscribes. */
  of(user_id: number): Source<Presence> {
    return {
      get: () => this.#watched.get(user_id)?.cell.get() ?? UNKNOWN,
      subscribe: (listener) => this.#subscribe(user_id, listener),
    }
  }

  apply(frame: AnyFrame): void {
    if (frame.type !== 'user_status') return
    // The server's frames are what the protocol says.
    const { user_id, status, last_seen } = frame as unknown as ServerFrames['user_status']
    this.#watched.get(user_id)?.cell.set({ status, last_seen: last_seen ?? null })
  }

  /** A socket is ready that knows no list. */
  connected(): void {
    this.#sent = ''
    this.#send()
  }

  stop(): void {
    this.#stopGathering?.()
    this.#stopGathering = undefined
    for (const [id, { count, stop }] of this.#watched) {
      stop()
      if (count === 0) this.#watched.delete(id)
    }
  }

  #subscribe(user_id: number, listener: (presence: Presence) => void): () => void {
    const watched = this.#watched.get(user_id) ?? {
      cell: new Cell(UNKNOWN, this.#options.environment.report),
      count: 0,
      stop: () => {},
    }
    this.#watched.set(user_id, watched)
    watched.stop()
    watched.count += 1
    if (watched.count === 1) this.#gather()
    const unsubscribe = watched.cell.subscribe(listener)
    return once(() => {
      unsubscribe()
      watched.count -= 1
      if (watched.count > 0) return
      watched.stop = this.#options.environment.after(LINGER_MS, () => {
        this.#watched.delete(user_id)
        this.#gather()
      })
    })
  }

  #gather(): void {
    this.#stopGathering ??= this.#options.environment.after(GATHER_MS, () => {
      this.#stopGathering = undefined
      this.#send()
    })
  }

  /** Beyond what the server takes, those who came last are watched: they are on the screen. */
  #send(): void {
    const ids = [...this.#watched.keys()].slice(-MOST)
    const key = ids.toSorted((a, b) => a - b).join()
    if (key === this.#sent) return
    this.#sent = key
    this.#options.watch(ids)
  }
}

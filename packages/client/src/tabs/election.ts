import type { Locks } from './messages.ts'

export interface ElectionOptions {
  locks: Locks
  /** The lock that the leader holds. */
  name: string
  /** This tab leads until the result is called. */
  lead: () => () => void
}

/** Makes one tab the leader: the browser passes the lock on when the one that holds it is gone, however it went. */
export class Election {
  readonly #options: ElectionOptions
  readonly #leaving = new AbortController()
  #stop: (() => void) | undefined
  #release = () => {}

  constructor(options: ElectionOptions) {
    this.#options = options
    this.#stand({ signal: this.#leaving.signal })
  }

  /** Takes the lock from a leader that does not answer: a page that the browser has frozen keeps its locks. */
  seize(): void {
    if (!this.#stop && !this.#leaving.signal.aborted) this.#stand({ steal: true })
  }

  leave(): void {
    this.#leaving.abort()
    this.#resign()
    this.#release()
  }

  #stand(options: { signal?: AbortSignal; steal?: boolean }): void {
    const { locks, name } = this.#options
    locks
      .request(name, options, () => this.#hold())
      // It was taken from this tab, or this tab left while it waited.
      .catch(() => {
        this.#resign()
        if (!this.#leaving.signal.aborted) this.#stand({ signal: this.#leaving.signal })
      })
  }

  #hold(): Promise<void> {
    // The one who seized the lock may be granted it again, from before.
    if (this.#stop || this.#leaving.signal.aborted) return Promise.resolve()
    this.#stop = this.#options.lead()
    return new Promise((resolve) => (this.#release = resolve))
  }

  #resign(): void {
    this.#stop?.()
    this.#stop = undefined
  }
}

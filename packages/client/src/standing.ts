import type { AnyFrame } from './wire.ts'

const narrowing: ReadonlySet<string> = new Set(['subscribe', 'unsubscribe'])

/** What a client has said that holds as long as a socket: it is said again on each further one. */
export class Standing {
  #presence: AnyFrame | undefined
  #topics: readonly AnyFrame[] = []

  /** The server has done what a frame says. */
  note(frame: AnyFrame): void {
    if (frame.type === 'presence') this.#presence = frame
    if (!narrowing.has(frame.type)) return
    const topic = frame['subscription_type']
    // The first one says whether the others add to nothing or take from everything.
    const before = this.#topics.filter((other, n) => n === 0 || other['subscription_type'] !== topic)
    this.#topics = [...before, frame]
  }

  get frames(): readonly AnyFrame[] {
    return [...(this.#presence ? [this.#presence] : []), ...this.#topics]
  }

  clear(): void {
    this.#presence = undefined
    this.#topics = []
  }
}

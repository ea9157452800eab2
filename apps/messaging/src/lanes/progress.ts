import type { OutboxState } from '@parley/service-kit'

/** How far the publishing of a lane has come, of what is committed. */
export class Progress {
  /** The last batch that is known to be published. */
  pos: number
  /** The last one of which the database knows that. */
  saved: number
  #behindSince: number | undefined

  constructor(pos: number) {
    this.pos = this.saved = pos
  }

  /** There is something to publish; with it the database has learned how far publishing had come. */
  committed(saved: number): void {
    this.saved = saved
    this.#behindSince ??= performance.now()
  }

  /** What was committed by a time is published. */
  published(pos: number, by: number, last: number): void {
    this.pos = Math.max(this.pos, pos)
    this.#behindSince = this.pos === last ? undefined : by
  }

  state(last: number): OutboxState {
    const since = this.#behindSince
    return {
      pending: last - this.pos,
      lagSeconds: since === undefined ? 0 : (performance.now() - since) / 1_000,
    }
  }
}

import { backoffMs } from './backoff.ts'
import type { Environment } from './environment.ts'
import { toRpcError } from './errors.ts'
import { Pauses } from './pauses.ts'

export interface WatermarksOptions<A> {
  environment: Pick<Environment, 'after' | 'random'>
  /** Moves one watermark on the server. */
  move: (mark: { conversation_id: number; seq: number }) => Promise<A>
}

interface Mark<A> {
  seq: number
  moved: Promise<A>
}

/** How far a person has read, by conversation. Calls made while one is under way merge: only the highest goes out. */
export class Watermarks<A> {
  readonly #move: WatermarksOptions<A>['move']
  readonly #random: () => number
  readonly #pauses: Pauses
  readonly #marks = new Map<number, Mark<A>>()

  constructor({ environment, move }: WatermarksOptions<A>) {
    this.#move = move
    this.#random = environment.random
    this.#pauses = new Pauses(environment.after)
  }

  /** Resolves once the server has a mark that is not lower. */
  mark(conversation_id: number, seq: number): Promise<A> {
    const last = this.#marks.get(conversation_id)
    if (last && last.seq >= seq) return last.moved
    const mark: Mark<A> = { seq, moved: this.#after(last?.moved, { conversation_id, seq }) }
    this.#marks.set(conversation_id, mark)
    const done = () => {
      if (this.#marks.get(conversation_id) === mark) this.#marks.delete(conversation_id)
    }
    mark.moved.then(done, done)
    return mark.moved
  }

  /** Ends the waits between attempts. */
  stop(): void {
    this.#pauses.end()
  }

  async #after(earlier: Promise<A> | undefined, mark: { conversation_id: number; seq: number }): Promise<A> {
    // Whether the earlier one succeeded does not matter: this one is higher.
    await earlier?.catch(() => undefined)
    const latest = this.#marks.get(mark.conversation_id)
    if (latest && latest.seq > mark.seq) return latest.moved
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#move(mark)
      } catch (cause) {
        const error = toRpcError(cause)
        if (!error.isRetryable) throw error
        await this.#pauses.pause((error.retry_after_ms ?? 0) + backoffMs(attempt, this.#random))
      }
    }
  }
}

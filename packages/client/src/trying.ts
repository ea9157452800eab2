import { backoffMs } from './backoff.ts'
import type { Environment } from './environment.ts'
import { toRpcError } from './errors.ts'
import { Pauses } from './pauses.ts'

/** Repeats what may succeed later, with pauses that grow. */
export class Trying {
  readonly #random: () => number
  readonly #pauses: Pauses
  #rounds = 0

  constructor({ after, random }: Pick<Environment, 'after' | 'random'>) {
    this.#random = random
    this.#pauses = new Pauses(after)
  }

  /** Rejects with what makes another attempt useless, or with the last failure when it was stopped. */
  async until<T>(attempt: () => Promise<T>): Promise<T> {
    const round = this.#rounds
    const failed = async (error: unknown, attempts: number) => {
      const { isRetryable, retry_after_ms = 0 } = toRpcError(error)
      if (!isRetryable) throw error
      if (round === this.#rounds) await this.#pauses.pause(retry_after_ms + backoffMs(attempts, this.#random))
      if (round !== this.#rounds) throw error
    }
    for (let attempts = 0; ; attempts += 1) {
      try {
        return await attempt()
      } catch (error) {
        await failed(error, attempts)
      }
    }
  }

  /** Ends the pauses: something has changed for the better. */
  hasten(): void {
    this.#pauses.end()
  }

  /** Makes no further attempt for those who wait. */
  stop(): void {
    this.#rounds += 1
    this.#pauses.end()
  }
}

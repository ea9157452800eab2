import type { Environment } from './environment.ts'

/** Waits that can all be ended early, so that a client that is closed keeps no timer. */
export class Pauses {
  readonly #after: Environment['after']
  readonly #ends = new Set<() => void>()

  constructor(after: Environment['after']) {
    this.#after = after
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        stop()
        this.#ends.delete(end)
        resolve()
      }
      const stop = this.#after(ms, end)
      this.#ends.add(end)
    })
  }

  end(): void {
    for (const end of [...this.#ends]) end()
  }
}

import { syncMs } from './backoff.ts'
import type { Environment } from './environment.ts'

/** Coming back into view asks for lost events, but not more often. */
const RESYNC_MS = 30_000

/** Decides when a client that stays connected asks for what may have been lost without a trace. */
export class Resync {
  readonly #environment: Pick<Environment, 'after' | 'random' | 'now'>
  readonly #ask: () => void
  #askedAt = 0
  #stop = () => {}

  constructor(environment: Pick<Environment, 'after' | 'random' | 'now'>, ask: () => void) {
    this.#environment = environment
    this.#ask = ask
  }

  /** Everything has come up to here: asks minutes later. */
  plan(): void {
    const { after, random, now } = this.#environment
    this.#askedAt = now()
    this.#stop()
    this.#stop = after(syncMs(random), this.#ask)
  }

  /** Somebody looks. */
  seen(): void {
    if (this.#environment.now() - this.#askedAt >= RESYNC_MS) this.#ask()
  }

  stop(): void {
    this.#stop()
  }
}

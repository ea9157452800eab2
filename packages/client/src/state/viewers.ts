import { toRpcError } from '../errors.ts'
import { Trying } from '../trying.ts'
import type { Environment } from '../environment.ts'

/** What the server takes a socket. */
const MOST = 3

export interface ViewersOptions {
  environment: Pick<Environment, 'after' | 'random'>
  /** Whether a socket is caught up. */
  isLive: () => boolean
  /** Resolves when all frames of the conversation come, and those above its last known rev have come. */
  attach: (id: number) => Promise<void>
  detach: (id: number) => void
}

/** Which conversations get every frame, however large they are: those that were opened last. */
export class Viewers {
  readonly #options: ViewersOptions
  readonly #trying: Trying
  /** In the order of opening. */
  readonly #open = new Set<number>()
  readonly #attached = new Map<number, Promise<void>>()

  constructor(options: ViewersOptions) {
    this.#options = options
    this.#trying = new Trying(options.environment)
  }

  /** Resolves when it is attached, or the first attempt has failed: the page that waits for it is worth more. */
  async open(id: number): Promise<void> {
    this.#open.delete(id)
    this.#open.add(id)
    this.#look()
    await this.#attached.get(id)
  }

  close(id: number): void {
    this.#open.delete(id)
    this.#look()
  }

  isAttached(id: number): boolean {
    return this.#attached.has(id)
  }

  /** A socket is caught up that knows of none. */
  connected(): void {
    this.stop()
    this.#look()
  }

  stop(): void {
    this.#attached.clear()
    this.#trying.stop()
  }

  #look(): void {
    if (!this.#options.isLive()) return
    const wanted = [...this.#open].slice(-MOST)
    for (const id of this.#attached.keys()) {
      if (wanted.includes(id)) continue
      this.#attached.delete(id)
      this.#options.detach(id)
    }
    for (const id of wanted) if (!this.#attached.has(id)) this.#attach(id)
  }

  #attach(id: number): void {
    const { promise: tried, resolve } = Promise.withResolvers<void>()
    this.#attached.set(id, tried)
    this.#trying
      .until(() => this.#options.attach(id).finally(resolve))
      // A conversation that cannot be attached says so when it is loaded.
      .catch((cause: unknown) => {
        if (!toRpcError(cause).isRetryable) this.#open.delete(id)
        if (this.#attached.get(id) === tried) this.#attached.delete(id)
      })
  }
}

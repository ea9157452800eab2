import { backoffMs } from './backoff.ts'
import type { Change, ConversationLog } from './conversation.ts'
import type { Environment } from './environment.ts'
import { toRpcError } from './errors.ts'

/** How long a gap may be nothing but disorder on the way. */
const GAP_MS = 500

export interface PullAnswer {
  /** Up to here the answer is complete. */
  rev: number
  has_more: boolean
}

export interface RepairsOptions<F extends Change> {
  environment: Pick<Environment, 'after' | 'random'>
  /** Asks for what changed above a rev. The frames arrive like any other, before the answer. */
  pull: (conversationId: number, afterRev: number) => Promise<PullAnswer>
  /** What an answer made due, in order. */
  due: (frames: F[]) => void
  /** The conversation is not ours any more; its log is of no use. */
  gone: (conversationId: number) => void
  /** No gap is open. */
  whole: () => void
}

interface Repair {
  stop: () => void
}

/** Closes the gaps of conversation logs. */
export class Repairs<F extends Change> {
  readonly #options: RepairsOptions<F>
  readonly #open = new Map<number, Repair>()

  constructor(options: RepairsOptions<F>) {
    this.#options = options
  }

  get isWhole(): boolean {
    return this.#open.size === 0
  }

  /** Looks at a log after it took a frame: starts or ends its repair. */
  look(id: number, log: ConversationLog<F>): void {
    if (!log.hasGap) return this.#close(id)
    if (!this.#open.has(id)) this.#schedule(id, log, { ms: GAP_MS, attempt: 0 })
  }

  /** The socket is gone; what is missing comes with the replay on the next one. */
  stop(): void {
    for (const { stop } of this.#open.values()) stop()
    this.#open.clear()
  }

  #schedule(id: number, log: ConversationLog<F>, { ms, attempt }: { ms: number; attempt: number }): void {
    const repair: Repair = { stop: () => {} }
    // Never rejects: a failed pull is tried again.
    repair.stop = this.#options.environment.after(ms, () => void this.#run(id, log, { repair, attempt }))
    this.#open.set(id, repair)
  }

  async #run(
    id: number,
    log: ConversationLog<F>,
    { repair, attempt }: { repair: Repair; attempt: number },
  ): Promise<void> {
    const isOpen = () => this.#open.get(id) === repair
    const error = await this.#pull(id, log, isOpen).then(() => undefined, toRpcError)
    // Closed meanwhile, by frames that came or with the socket.
    if (!isOpen()) return
    if (error && !error.isRetryable) {
      this.#options.gone(id)
      return this.#close(id)
    }
    if (!log.hasGap) return this.#close(id)
    const ms = GAP_MS + (error?.retry_after_ms ?? 0) + backoffMs(attempt, this.#options.environment.random)
    this.#schedule(id, log, { ms, attempt: attempt + 1 })
  }

  /** Page by page, as long as that brings anything and nobody else has closed the gap. */
  async #pull(id: number, log: ConversationLog<F>, isOpen: () => boolean): Promise<void> {
    const { pull, due } = this.#options
    for (let more = true, from = -1; more && log.hasGap && log.rev > from;) {
      from = log.rev
      const { rev, has_more } = await pull(id, from)
      if (!isOpen()) return
      due(log.pulled(rev, { has_more }))
      more = has_more
    }
  }

  #close(id: number): void {
    const repair = this.#open.get(id)
    if (!repair) return
    repair.stop()
    this.#open.delete(id)
    if (this.isWhole) this.#options.whole()
  }
}

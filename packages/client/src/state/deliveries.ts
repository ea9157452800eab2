import type { Environment } from '../environment.ts'
import type { Conversation } from '../wire.ts'

/** What is read by then says so itself, and what comes in a row is confirmed once. */
const DELAY_MS = 1_000

export interface DeliveriesOptions {
  environment: Pick<Environment, 'after'>
  find: (id: number) => Conversation | undefined
  confirm: (id: number, seq: number) => Promise<unknown>
}

/** Confirms to those who write to the person alone that their messages have arrived here. */
export class Deliveries {
  readonly #options: DeliveriesOptions
  /** Up to where it is confirmed, by conversation. */
  readonly #confirmed = new Map<number, number>()
  readonly #changed = new Set<number>()
  #stopTimer: (() => void) | undefined

  constructor(options: DeliveriesOptions) {
    this.#options = options
  }

  /** A conversation is different. */
  changed(id: number): void {
    if (this.#news(id) === undefined) return
    this.#changed.add(id)
    this.#stopTimer ??= this.#options.environment.after(DELAY_MS, () => this.#confirm())
  }

  stop(): void {
    this.#stopTimer?.()
    this.#stopTimer = undefined
    this.#changed.clear()
  }

  forget(): void {
    this.stop()
    this.#confirmed.clear()
  }

  /** The `seq` up to which there is something to confirm. */
  #news(id: number): number | undefined {
    const { kind, unread_count = 0, last_seq = 0 } = this.#options.find(id) ?? {}
    const isNews = kind === 'direct' && unread_count > 0 && last_seq > (this.#confirmed.get(id) ?? 0)
    return isNews ? last_seq : undefined
  }

  #confirm(): void {
    this.#stopTimer = undefined
    for (const id of this.#changed) {
      const seq = this.#news(id)
      if (seq === undefined) continue
      this.#confirmed.set(id, seq)
      // What was refused is looked at again with the next connection.
      this.#options.confirm(id, seq).catch(() => this.#confirmed.delete(id))
    }
    this.#changed.clear()
  }
}

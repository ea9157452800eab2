import { RpcError } from '@parley/service-kit'

export interface ReceiptOptions {
  /** Whether all receipts are for one conversation, so that the newest stands for the rest. */
  isOneConversation: boolean
  /** Moves the watermark to a message. */
  tell: (messageId: number) => Promise<void>
  refuse: (err: unknown) => void
}

const MOST = 1_000

/**
 * The read receipts of one socket. Clients send one for every message whenever anything changes: one is on its way at a
 * time, and what has been told is not told again.
 */
export class Receipts {
  readonly #options: ReceiptOptions
  readonly #due = new Set<number>()
  readonly #told = new Set<number>()
  #upTo = 0
  #isTelling = false

  constructor(options: ReceiptOptions) {
    this.#options = options
  }

  add(messageId: number): void {
    if (messageId <= this.#upTo || this.#told.has(messageId) || this.#due.size >= MOST) return
    this.#due.add(messageId)
    if (!this.#isTelling) void this.#tellAll()
  }

  /** Rejects never: a refusal is an answer. */
  async #tellAll(): Promise<void> {
    this.#isTelling = true
    // Those that come in one turn are one.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#due.size > 0) {
      const messageId = this.#next()
      this.#due.delete(messageId)
      try {
        await this.#options.tell(messageId)
        this.#note(messageId)
      } catch (err) {
        // What is no message of theirs will not become one.
        if (err instanceof RpcError && err.code === 'message_not_found') this.#remember(messageId)
        this.#options.refuse(err)
      }
    }
    this.#isTelling = false
  }

  /** The ids of a conversation's messages rise. */
  #next(): number {
    return this.#options.isOneConversation ? Math.max(...this.#due) : (this.#due.values().next().value ?? 0)
  }

  #note(messageId: number): void {
    if (!this.#options.isOneConversation) return this.#remember(messageId)
    this.#upTo = messageId
    for (const id of this.#due) if (id <= messageId) this.#due.delete(id)
  }

  #remember(messageId: number): void {
    this.#told.add(messageId)
    const oldest = this.#told.size > MOST ? this.#told.values().next().value : undefined
    if (oldest !== undefined) this.#told.delete(oldest)
  }
}

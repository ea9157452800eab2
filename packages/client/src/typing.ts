/** Others drop the sign after 6 s by themselves; once in 3 s keeps it up. */
const REPEAT_MS = 3_000
const EXPIRY_MS = 6_000

/** Decides which keystrokes are worth a frame. */
export class Typing {
  readonly #now: () => number
  readonly #shownAt = new Map<number, number>()

  constructor(now: () => number) {
    this.#now = now
  }

  /** A message went out: it says more than the sign, and the next keystroke is news. */
  sent(conversation_id: number): void {
    this.#shownAt.delete(conversation_id)
  }

  /** Whether to tell the others: that one types, once in 3 s; that one stopped, only if they may still see it. */
  isNews(conversation_id: number, is_typing: boolean): boolean {
    const shownAt = this.#shownAt.get(conversation_id) ?? -Infinity
    const age = this.#now() - shownAt
    if (is_typing) {
      if (age >= 0 && age < REPEAT_MS) return false
      this.#shownAt.set(conversation_id, this.#now())
      return true
    }
    this.#shownAt.delete(conversation_id)
    return age < EXPIRY_MS
  }
}

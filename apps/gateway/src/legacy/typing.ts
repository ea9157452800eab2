/** Before those who are shown it let go of it by themselves. */
const AGAIN_MS = 2_000
const MOST = 100

/** Whether a sign of typing says anything: clients send one with every key. */
export class Typing {
  /** By conversation, when it was last told that the person types there. */
  readonly #typingSince = new Map<number, number>()

  isNews(conversationId: number, isTyping: boolean, now: number): boolean {
    const last = this.#typingSince.get(conversationId)
    if (!isTyping) return this.#typingSince.delete(conversationId)
    if (last !== undefined && now - last < AGAIN_MS) return false
    if (last === undefined && this.#typingSince.size >= MOST) this.#typingSince.clear()
    this.#typingSince.set(conversationId, now)
    return true
  }
}

import type { chatMessage, Payload } from '@parley/protocol'

export type ChatMessage = Payload<typeof chatMessage>

/** A message as a client shows it, in the order in which it came to show it. */
export interface Applied {
  rev: number
  seq: number
  id: number
  client_id: string | null
  content: string
}

export type Fate = 'applied' | 'dropped' | 'held'

/**
 * One conversation as a client keeps it: frames are applied by `rev`. What is not above the log's own is dropped; what
 * jumps is held until the gap is filled, or until the answer to a pull says how far it goes.
 */
export class ConversationLog {
  readonly applied: Applied[] = []
  rev = 0
  readonly #held = new Map<number, ChatMessage>()

  get hasGap(): boolean {
    return this.#held.size > 0
  }

  /** `mayJump`: the frame is of a replay, in which each message comes with its last `rev` only. */
  receive(frame: ChatMessage, mayJump: boolean): Fate {
    if (frame.rev <= this.rev) return 'dropped'
    if (frame.rev > this.rev + 1 && !mayJump) {
      this.#held.set(frame.rev, frame)
      return 'held'
    }
    this.#apply(frame)
    this.#applyHeld()
    return 'applied'
  }

  /** Everything up to a `rev` has been sent: what is held below it has no gaps that mean anything. */
  completeUpTo(rev: number): void {
    for (const held of [...this.#held.keys()].sort((a, b) => a - b)) {
      const frame = this.#held.get(held)
      if (frame && held <= rev && held > this.rev) this.#apply(frame)
    }
    this.rev = Math.max(this.rev, rev)
    this.#applyHeld()
  }

  #apply({ rev, seq, message: { id, client_id, content } }: ChatMessage): void {
    this.applied.push({ rev, seq, id, client_id, content })
    this.rev = rev
  }

  #applyHeld(): void {
    for (const rev of this.#held.keys()) if (rev <= this.rev) this.#held.delete(rev)
    for (let next = this.#held.get(this.rev + 1); next; next = this.#held.get(this.rev + 1)) {
      this.#held.delete(next.rev)
      this.#apply(next)
    }
  }
}

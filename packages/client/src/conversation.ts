/*
 * The order of one conversation's changes. A server counts them without gaps (`rev`); a client applies each once:
 *
 *   rev ≤ mine      dropped: it was applied
 *   rev = mine + 1  applied, and whatever was held for it
 *   rev > mine + 1  held: something is missing, and a replay or a pull will bring it
 *
 * A replay is state, not history: a message that changed twice comes once, with the later `rev`, so there a jump is no gap.
 */

/** A frame that carries a change of a conversation. */
export interface Change {
  type: string
  conversation_id: number
  rev: number
}

export class ConversationLog<F extends Change = Change> {
  #rev: number | undefined
  readonly #held = new Map<number, F>()
  /**
   * A log that begins with a live frame cannot know whether frames right before it were lost. Until a sync has ended that
   * began later, frames below the first one count as late, not as known.
   */
  #first: number | undefined
  #firstSettles = false
  readonly #late = new Set<number>()

  /** The last change applied; 0 when nothing is known. */
  get rev(): number {
    return this.#rev ?? 0
  }

  get hasGap(): boolean {
    return this.#held.size > 0
  }

  /** Takes a live frame; gives what is due, in order. */
  receive(frame: F): F[] {
    if (this.#rev === undefined) {
      if (frame.rev > 1) this.#first = frame.rev
      this.#rev = frame.rev
      return [frame]
    }
    if (frame.rev <= this.#rev) return this.#takeLate(frame)
    this.#hold(frame)
    return this.#contiguous()
  }

  /** Takes a whole replay, with the live frames that came during it in any order; gives what is due, in order. */
  replay(frames: readonly F[]): F[] {
    const late = frames.filter((frame) => frame.rev <= this.rev).flatMap((frame) => this.#takeLate(frame))
    const ahead = frames.filter((frame) => frame.rev > this.rev)
    for (const frame of ahead) this.#hold(frame)
    return [...late, ...this.#jump(Math.max(this.rev, ...ahead.map((frame) => frame.rev)))]
  }

  /** An answer to `pull` that is complete up to `rev` has come: what is held up to there may jump. */
  pulled(rev: number): F[] {
    return this.#jump(rev)
  }

  /** Gives up on what is missing: more was missed than is replayed. */
  skip(): F[] {
    return this.#jump(Math.max(this.rev, ...this.#held.keys()))
  }

  /** A sync begins that will bring what was lost right before the first frame. */
  syncBegins(): void {
    this.#firstSettles = this.#first !== undefined
  }

  syncEnds(): void {
    if (!this.#firstSettles) return
    this.#first = undefined
    this.#firstSettles = false
    this.#late.clear()
  }

  /** Of two frames about one change, the one with the whole message stays: an edit of a message not yet known says little. */
  #hold(frame: F): void {
    if (this.#held.get(frame.rev)?.type !== 'chat_message') this.#held.set(frame.rev, frame)
  }

  #takeLate(frame: F): F[] {
    if (this.#first === undefined || frame.rev >= this.#first || this.#late.has(frame.rev)) return []
    this.#late.add(frame.rev)
    return [frame]
  }

  #jump(to: number): F[] {
    const due = [...this.#held.values()].filter(({ rev }) => rev <= to).sort((a, b) => a.rev - b.rev)
    for (const { rev } of due) this.#held.delete(rev)
    if (to > this.rev) this.#rev = to
    return [...due, ...this.#contiguous()]
  }

  #contiguous(): F[] {
    const due: F[] = []
    for (let next = this.#held.get(this.rev + 1); next; next = this.#held.get(this.rev + 1)) {
      this.#held.delete(next.rev)
      this.#rev = next.rev
      due.push(next)
    }
    return due
  }
}

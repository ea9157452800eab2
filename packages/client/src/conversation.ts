/*
 * The order of one conversation's changes. A server counts them without gaps (`rev`); a client applies each once:
 *
 *   rev ≤ mine      dropped: it was applied
 *   rev = mine + 1  applied, and whatever was held for it
 *   rev > mine + 1  held: something is missing, and a replay or a pull will bring it
 *
 * A replay is state, not history: a message that changed twice comes once, with the later `rev`, so there a jump is no gap.
 * A message that changes while a pull goes from page to page moves behind the page that is being read. So between the first
 * page and the last everything is held: a live edit that seems to be next may belong to a message that is still to come.
 */

import { type Change, Doubts, isWhole } from './doubts.ts'

export type { Change }

export class ConversationLog<F extends Change = Change> {
  #rev: number | undefined
  readonly #held = new Map<number, F>()
  readonly #doubts = new Doubts()
  #isPaging = false
  /** The server said that there is this much. */
  #announced = 0

  /** The last change applied; 0 when nothing is known. */
  get rev(): number {
    return this.#rev ?? 0
  }

  get hasGap(): boolean {
    return this.#isPaging || this.#held.size > 0 || this.#announced > this.rev
  }

  /** The application has what is up to a rev; counts where no frame has come yet. */
  begin(rev: number): void {
    if (this.#rev !== undefined) return
    this.#rev = rev
    this.#doubts.raise({ above: 0, upTo: rev }, [])
  }

  /** There is something up to a rev, whose frames do not come by themselves. */
  announce(rev: number): void {
    this.#announced = Math.max(this.#announced, rev)
  }

  /** Takes a live frame; gives what is due, in order. */
  receive(frame: F): F[] {
    if (this.#rev === undefined) {
      this.#rev = frame.rev
      this.#doubts.raise({ above: 0, upTo: frame.rev }, [frame])
      return [frame]
    }
    if (frame.rev <= this.#rev) return this.#doubts.takes(frame) ? [frame] : []
    this.#hold(frame)
    return this.#isPaging ? [] : this.#noted(this.#contiguous())
  }

  /** Takes a whole replay, with the live frames that came during it in any order; gives what is due, in order. */
  replay(frames: readonly F[]): F[] {
    this.#isPaging = false
    const above = this.rev
    const late = frames.filter((frame) => frame.rev <= above && this.#doubts.takes(frame))
    const ahead = frames.filter((frame) => frame.rev > above)
    for (const frame of ahead) this.#hold(frame)
    const upTo = Math.max(above, ...ahead.map((frame) => frame.rev))
    const due = this.#jump(upTo)
    this.#doubts.raise({ above, upTo }, due)
    return [...late, ...due]
  }

  /** An answer to `pull` that is complete up to `rev` has come: what is held up to there may jump. */
  pulled(rev: number, { has_more } = { has_more: false }): F[] {
    if (has_more && rev <= this.rev) return []
    this.#isPaging = has_more
    return this.#noted(this.#jump(rev))
  }

  /** Gives up on what is missing: more was missed than is replayed. */
  skip(): F[] {
    this.#isPaging = false
    this.#announced = 0
    return this.#noted(this.#jump(Math.max(this.rev, ...this.#held.keys())))
  }

  /** A sync begins: it will bring what was lost before. */
  syncBegins(): void {
    this.#doubts.syncBegins()
  }

  syncEnds(): void {
    this.#doubts.syncEnds()
  }

  /** Of two frames about one change, the one with the whole message stays: an edit of a message not yet known says little. */
  #hold(frame: F): void {
    const held = this.#held.get(frame.rev)
    if (!held || !isWhole(held)) this.#held.set(frame.rev, frame)
  }

  #noted(due: F[]): F[] {
    this.#doubts.note(due)
    return due
  }

  #jump(to: number): F[] {
    const due = [...this.#held.values()].filter(({ rev }) => rev <= to).sort((a, b) => a.rev - b.rev)
    for (const { rev } of due) this.#held.delete(rev)
    if (to > this.rev) this.#rev = to
    return this.#isPaging ? due : [...due, ...this.#contiguous()]
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

/*
 * Where a jump cannot be told from a loss. A log that begins with a live frame does not know whether frames right before it
 * were lost; a replay hides a live frame that was lost while it ran. A sync that begins later brings what was lost, as
 * state; this tells it from what was applied.
 */

/** A frame that carries a change: with the whole message, or with what changed of it. */
export interface Change {
  type: string
  conversation_id: number
  rev: number
  seq?: number
  message?: { id: number }
  message_id?: number
}

/** The application can apply it whatever it knows. */
export const isWhole = ({ type }: Change): boolean => type === 'chat_message'

interface Span {
  /** Revs above this one and up to the other may be missing. */
  above: number
  upTo: number
  /** Messages up to this one were told before. */
  seq: number
  /** Those told since. */
  known: Set<number>
  /** Revs told; false when it was a part of a message that may not be known, for then it said nothing. */
  told: Map<number, boolean>
}

/** The revs of one conversation that may have been missed, until a sync has ended that began later. */
export class Doubts {
  #open: Span | undefined
  /** In doubt when the running sync began: its end settles them. */
  #settling: Span | undefined
  #seq = 0

  /** These were told although others between `above` and `upTo` may be missing. */
  raise(range: { above: number; upTo: number }, told: readonly Change[]): void {
    const { seq, known, told: before } = this.#open ?? { seq: this.#seq, known: [], told: [] }
    this.#open = { ...range, seq, known: new Set(known), told: new Map(before) }
    this.note(told)
  }

  /** Frames are told. */
  note(frames: readonly Change[]): void {
    for (const frame of frames) {
      if (this.#open) note(this.#open, frame)
      if (isWhole(frame)) this.#seq = Math.max(this.#seq, frame.seq ?? 0)
    }
  }

  /** Whether a frame that is not above the last one brings something all the same. */
  takes(frame: Change): boolean {
    const span = [this.#open, this.#settling].find((candidate) => candidate && brings(candidate, frame))
    if (span) note(span, frame)
    return span !== undefined
  }

  syncBegins(): void {
    if (!this.#open || this.#settling) return
    this.#settling = this.#open
    const { seq, known } = this.#open
    this.#open = { above: 0, upTo: 0, seq, known: new Set(known), told: new Map() }
  }

  /** What was told in part while the sync ran stays in doubt: the sync may have been too early for it. */
  syncEnds(): void {
    this.#settling = undefined
    if (this.#open?.upTo === 0 && ![...this.#open.told.values()].includes(false)) this.#open = undefined
  }
}

function note({ upTo, known, told }: Span, frame: Change): void {
  if (frame.message) known.add(frame.message.id)
  const said = isWhole(frame) || known.has(frame.message_id ?? 0)
  if (frame.rev <= upTo || !said || told.has(frame.rev)) told.set(frame.rev, said)
}

function brings({ above, upTo, seq, told }: Span, frame: Change): boolean {
  const before = told.get(frame.rev)
  if (before === undefined) return frame.rev > above && frame.rev <= upTo
  return !before && isWhole(frame) && (frame.seq ?? 0) > seq
}

import type {
  chatMessage,
  Message,
  messageDelete,
  messageEdit,
  messageReaction,
  Payload,
} from '@parley/protocol'

/** A frame that carries `rev`. */
export type DurableFrame =
  | ({ type: 'chat_message' } & Payload<typeof chatMessage>)
  | ({ type: 'message_edit' } & Payload<typeof messageEdit>)
  | ({ type: 'message_delete' } & Payload<typeof messageDelete>)
  | ({ type: 'message_reaction' } & Payload<typeof messageReaction>)

/** What a client shows of a message. */
export type Shown = Pick<
  Message,
  'id' | 'seq' | 'rev' | 'client_id' | 'kind' | 'content' | 'is_edited' | 'is_deleted' | 'reactions'
>

export type Fate = 'applied' | 'dropped' | 'held'

/**
 * One conversation as a client keeps it: frames are applied by `rev`. What is not above the log's own is dropped; what
 * jumps is held until the gap is filled, or until the answer to a pull says how far it goes.
 *
 * Where frames may jump, one that was lost is not missed. The next sync brings what it said, as a whole message: one that
 * is newer than what is shown of it is shown, however low its `rev`.
 */
export class ConversationLog {
  readonly messages = new Map<number, Shown>()
  rev = 0
  lastSeq = 0
  readonly #onShown: (client_id: string) => void
  readonly #held = new Map<number, DurableFrame>()
  readonly #strays = new Set<number>()
  #isPaging = false

  constructor(onShown: (client_id: string) => void) {
    this.#onShown = onShown
  }

  /** Messages of which a change came, and they themselves never. */
  get strays(): number {
    return this.#strays.size
  }

  get hasGap(): boolean {
    return this.#isPaging || this.#held.size > 0
  }

  /** `mayJump`: the frame is of a replay, in which each message comes with its last `rev` only. */
  receive(frame: DurableFrame, mayJump: boolean): Fate {
    // A replay tells all that was missed, what a pull was about too.
    if (mayJump) this.#isPaging = false
    if (frame.rev <= this.rev) return this.#receiveLate(frame)
    if (!mayJump && (this.#isPaging || frame.rev > this.rev + 1)) {
      // Of two about one change the whole message stays: a change of one that is not known yet shows nothing.
      if (this.#held.get(frame.rev)?.type !== 'chat_message') this.#held.set(frame.rev, frame)
      return 'held'
    }
    this.#apply(frame)
    this.#applyHeld()
    return 'applied'
  }

  /**
   * Everything up to a `rev` has been sent: what is held below it has no gaps that mean anything. Until the last page, what
   * comes is held: a message that changes meanwhile moves behind the page that is read, and its change may seem to be next.
   */
  completeUpTo(rev: number, hasMore = false): void {
    this.#isPaging = hasMore
    for (const held of [...this.#held.keys()].sort((a, b) => a - b)) {
      const frame = this.#held.get(held)
      if (frame && held <= rev && held > this.rev) this.#apply(frame)
    }
    this.rev = Math.max(this.rev, rev)
    if (!hasMore) this.#applyHeld()
  }

  /** Nobody will say what the gaps were. */
  dropHeld(): void {
    this.#isPaging = false
    this.#held.clear()
  }

  #receiveLate(frame: DurableFrame): Fate {
    if (frame.type !== 'chat_message') return 'dropped'
    const known = this.messages.get(frame.message.id)
    if (known && known.rev >= frame.rev) return 'dropped'
    this.#show(frame.message)
    return 'applied'
  }

  #apply(frame: DurableFrame): void {
    this.rev = frame.rev
    if (frame.type === 'chat_message') this.#show(frame.message)
    else this.#change(frame)
  }

  #show({ id, seq, rev, client_id, kind, content, is_edited, is_deleted, reactions }: Message): void {
    const isNew = !this.messages.has(id)
    this.#strays.delete(id)
    this.lastSeq = Math.max(this.lastSeq, seq)
    this.messages.set(id, { id, seq, rev, client_id, kind, content, is_edited, is_deleted, reactions })
    if (isNew && client_id !== null) this.#onShown(client_id)
  }

  #change(frame: Exclude<DurableFrame, { type: 'chat_message' }>): void {
    const message = this.messages.get(frame.message_id)
    if (!message) return void this.#strays.add(frame.message_id)
    message.rev = frame.rev
    if (frame.type === 'message_edit') Object.assign(message, { content: frame.content, is_edited: true })
    else if (frame.type === 'message_delete')
      Object.assign(message, { content: '', is_deleted: true, reactions: {} })
    else {
      const { [frame.emoji]: before = [], ...others } = message.reactions
      const without = before.filter((id) => id !== frame.user_id)
      const after = frame.action === 'added' ? [...without, frame.user_id] : without
      message.reactions = after.length > 0 ? { ...others, [frame.emoji]: after } : others
    }
  }

  #applyHeld(): void {
    for (const rev of this.#held.keys()) if (rev <= this.rev) this.#held.delete(rev)
    for (let next = this.#held.get(this.rev + 1); next; next = this.#held.get(this.rev + 1)) {
      this.#held.delete(next.rev)
      this.#apply(next)
    }
  }
}

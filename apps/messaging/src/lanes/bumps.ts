import { bump, encodeFrame, subjects } from '@parley/protocol'
import type { Bus } from '@parley/service-kit'
import { memberIds } from '../domain/audience.ts'
import type { ConversationRecord } from '../domain/conversation.ts'
import { isTopic, type Outgoing } from '../domain/outgoing.ts'

interface Due {
  to: readonly number[]
  last_seq: number
  last_rev: number
  timer: NodeJS.Timeout
}

const WINDOW_MS = 2_000
/** Above so many members the window grows with them, so that bumps cost the same however large a conversation is. */
const MEMBERS_A_WINDOW = 10_000

const windowMs = (members: number): number => WINDOW_MS * Math.max(1, members / MEMBERS_A_WINDOW)

/**
 * Tells the members of large conversations that there is something new: once a window, at its end, with what is the
 * newest by then. Lost bumps heal by `sync`, as everything does.
 */
export class Bumps implements Disposable {
  readonly #nats: Pick<Bus['nats'], 'publish'>
  readonly #due = new Map<number, Due>()

  constructor(nats: Pick<Bus['nats'], 'publish'>) {
    this.#nats = nats
  }

  /** Notes what a committed batch has told the topics of these conversations. Who is no member after it is bumped no more. */
  note(conversations: Iterable<ConversationRecord>, outgoing: readonly Outgoing[]): void {
    const told = new Set(outgoing.flatMap(({ to, kind }) => (kind === 'd' && isTopic(to) ? [to.topic] : [])))
    if (told.size === 0 && this.#due.size === 0) return
    for (const conversation of conversations) {
      const due = this.#due.get(conversation.id)
      if (due) due.to = memberIds(conversation)
      if (told.has(conversation.id)) this.#noteOne(conversation)
    }
  }

  #noteOne(conversation: ConversationRecord): void {
    const { id, last_seq, last_rev } = conversation
    const to = memberIds(conversation)
    const due = this.#due.get(id)
    if (due) Object.assign(due, { to, last_seq, last_rev })
    else {
      const timer = setTimeout(() => this.#tell(id), windowMs(to.length))
      this.#due.set(id, { to, last_seq, last_rev, timer })
    }
  }

  #tell(conversation_id: number): void {
    const due = this.#due.get(conversation_id)
    if (!due) return
    this.#due.delete(conversation_id)
    clearTimeout(due.timer)
    const { to, last_seq, last_rev } = due
    const bytes = Buffer.from(encodeFrame(bump, { conversation_id, last_seq, last_rev }))
    for (const userId of to) this.#nats.publish(subjects.user(userId, 'b'), bytes)
  }

  /** Tells what is due at once: whoever owns the lane next does not know of it. */
  [Symbol.dispose](): void {
    for (const id of [...this.#due.keys()]) this.#tell(id)
  }
}

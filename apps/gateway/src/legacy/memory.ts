import type { ServerEvent, ServerEventOf } from '@parley/protocol'

/** What a socket has been told of one conversation. */
interface Known {
  /** What it had when the socket opened: a change up to here is told by no live frame. */
  begun: number
  /** Of changes from this `rev` on up to `rev` it has been told; of those before, nothing. */
  from: number
  rev: number
  /** The newest message; undefined where it has had none yet. */
  seq: number | undefined
}

/** A change that has a place in its conversation's order. */
export type Change = Extract<ServerEvent, { rev: number }>
const changes = new Set<string>(['chat_message', 'message_edit', 'message_delete', 'message_reaction'])
export const isChange = (event: ServerEvent): event is Change => changes.has(event.type)

/** Clocks of different machines differ by less. */
const CLOCK_SLACK_MS = 60_000

/**
 * What a socket's client has had. It adds whatever comes to what it shows, so nothing may come twice, though the bus and a
 * replay may bring it twice. Grows with the conversations that something happens in while the socket is open.
 */
export class Memory {
  readonly #conversations = new Map<number, Known>()
  /** By conversation and member, how far they have read. */
  readonly #read = new Map<string, number>()
  readonly #online = new Set<number>()
  /** Told once and then never again: by what a replay may repeat of them. */
  #recent = new Set<string>()
  #before = new Set<string>()
  /** By message, the `rev` that a replay of newer messages has told, until what was live meanwhile has followed. */
  #newer: Map<number, number> | undefined
  readonly #openedAt: number

  constructor(now: number) {
    this.#openedAt = now
  }

  /** The socket sees a conversation as of a `rev`: what is older is not told. */
  begin(conversationId: number, rev: number): void {
    this.#conversations.set(conversationId, { begun: rev, from: rev + 1, rev, seq: undefined })
  }

  /** Whether a change is missing between the last one and this one. */
  misses(event: ServerEvent): boolean {
    if (!isChange(event)) return false
    const known = this.#conversations.get(event.conversation_id)
    return known !== undefined && event.rev > known.rev + 1
  }

  /** Whether something has happened in a large conversation that it has not been told of. */
  isBehind({ conversation_id, last_rev }: ServerEventOf<'bump'>): boolean {
    return last_rev > (this.#conversations.get(conversation_id)?.rev ?? 0)
  }

  /** Notes a live event; false when the client has had it. */
  takes(event: ServerEvent): boolean {
    if (isChange(event)) return this.#takesChange(event)
    if (event.type === 'read_receipt') return this.#takesReceipt(event)
    if (event.type === 'user_status') return this.#takesStatus(event)
    const key = keyOf(event)
    if (key === undefined) return true
    if (this.#recent.has(key) || this.#before.has(key)) return false
    this.#recent.add(key)
    return true
  }

  /** Whether the client has been told of a change of a replay. */
  knows({ conversation_id, rev }: Change): boolean {
    const known = this.#conversations.get(conversation_id)
    return known !== undefined && rev >= known.from && rev <= known.rev
  }

  /** Whether the client has had an earlier state of a message, or could have read one elsewhere before it came. */
  has({ conversation_id, seq, rev, message }: ServerEventOf<'chat_message'>): boolean {
    const known = this.#conversations.get(conversation_id)
    if (known?.seq !== undefined && rev > known.rev) return seq <= known.seq
    return Date.parse(message.created_at) < this.#openedAt - CLOCK_SLACK_MS
  }

  /** Notes a change of a replay. */
  learn(event: Change): void {
    const { conversation_id, rev } = event
    const known = this.#conversations.get(conversation_id) ?? { begun: 0, from: rev, rev, seq: undefined }
    this.#conversations.set(conversation_id, known)
    known.from = Math.min(known.from, rev)
    known.rev = Math.max(known.rev, rev)
    if (event.type === 'chat_message') known.seq = Math.max(known.seq ?? 0, event.seq)
  }

  /** A replay has ended: what is older than the one before it does not come again. */
  endReplay(): void {
    this.#before = this.#recent
    this.#recent = new Set()
  }

  /** Notes a newer message of those that the client asked for. */
  learnNewer(event: ServerEventOf<'chat_message'>): void {
    this.learn(event)
    this.#newer ??= new Map()
    this.#newer.set(event.message.id, event.rev)
  }

  /** What was live meanwhile has followed: from here on the order of changes tells all. */
  endNewer(): void {
    this.#newer = undefined
  }

  #takesChange(event: Change): boolean {
    const { rev } = event
    const known = this.#conversations.get(event.conversation_id)
    if (known && rev <= known.begun) return false
    if (this.#newer) {
      const told = this.#newer.get(event.type === 'chat_message' ? event.message.id : event.message_id)
      this.learn(event)
      return told === undefined || rev > told
    }
    if (known && rev <= known.rev) return false
    this.learn(event)
    return true
  }

  #takesReceipt({ conversation_id, user_id, seq }: ServerEventOf<'read_receipt'>): boolean {
    const key = `${conversation_id} ${user_id}`
    if ((this.#read.get(key) ?? 0) >= seq) return false
    this.#read.set(key, seq)
    return true
  }

  /** Who is not there is only told of those who were. */
  #takesStatus({ user_id, status }: ServerEventOf<'user_status'>): boolean {
    if (status === 'offline') return this.#online.delete(user_id)
    if (this.#online.has(user_id)) return false
    this.#online.add(user_id)
    return true
  }
}

/** Of what adds something to what a client shows. */
function keyOf(event: ServerEvent): string | undefined {
  if (event.type === 'notify') return `notify ${event.id}`
  if (event.type === 'new_match') return `match ${event.match.id}`
  if (event.type !== 'conversation_update' || event.event !== 'conversation.create') return undefined
  return `conversation ${event.conversation.id}`
}

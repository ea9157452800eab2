import type { Output, pull } from '@parley/protocol'
import type { Frame } from '../client/socket.ts'
import type { ConversationLog, DurableFrame } from './conversation-log.ts'
import type { Notes } from './notes.ts'
import type { Random } from './random.ts'

export interface RepairsOptions {
  /** False when there is no session to send over now. */
  transmit: (frame: Frame) => boolean
  logOf: (conversation_id: number) => ConversationLog
  random: Random
  notes: Notes
}

export type Pulled = Pick<Output<typeof pull>, 'conversation_id' | 'rev' | 'has_more'>

/** Revs that a replay has left out: those after the first, up to the second. */
interface Stretch {
  after: number
  upTo: number
}

const GAP_MS = 500
const SYNC = 'sync'
const SYNC_AGAIN_MS = 500
const SYNC_MS = 300_000

/** What a client has missed, and gets all the same: by the replay of each session, by pulls of gaps that stay, and by a sync now and then. */
export class Repairs {
  readonly #options: RepairsOptions
  readonly #gapSince = new Map<number, number>()
  readonly #pulling = new Set<number>()
  /** By conversation, the last rev before the replays since the cursor: what they leave out stands above it. */
  readonly #floors = new Map<number, number>()
  readonly #behind = new Map<number, Stretch>()
  #isReplaying = false
  #cursor: string | undefined
  /** Waits until nothing is known to be missing: what is, stands before it. */
  #nextCursor: string | undefined
  #nextSyncAt = Infinity

  constructor(options: RepairsOptions) {
    this.#options = options
  }

  /** What the next session is to be begun with. */
  get cursor(): string | undefined {
    return this.#cursor
  }

  /** Nothing is known to be missing. */
  get isWhole(): boolean {
    return !this.#isReplaying && this.#gapSince.size === 0 && this.#behind.size === 0
  }

  begun(): void {
    this.#isReplaying = true
  }

  /** The answers are gone with the session. */
  disconnected(): void {
    this.#pulling.clear()
    this.#nextCursor = undefined
  }

  caughtUp(cursor: string): void {
    this.#nextCursor = cursor
    this.#isReplaying = false
    this.#floors.clear()
    this.#move()
    if (this.#nextSyncAt === Infinity) this.#nextSyncAt = performance.now() + SYNC_MS
  }

  /** Nothing can be gone on from. */
  reset(): void {
    this.#cursor = undefined
    this.#nextCursor = undefined
  }

  show(frame: DurableFrame): void {
    const { logOf, notes } = this.#options
    const log = logOf(frame.conversation_id)
    if (this.#isReplaying && !this.#floors.has(frame.conversation_id))
      this.#floors.set(frame.conversation_id, log.rev)
    const fate = log.receive(frame, this.#isReplaying)
    if (fate === 'dropped') notes.dropped += 1
    this.#noteGap(frame.conversation_id, log)
  }

  /** A replay has told the newest changes of a conversation only. */
  fellBehind(conversation_id: number): void {
    const { rev } = this.#options.logOf(conversation_id)
    const { after = this.#floors.get(conversation_id) ?? rev } = this.#behind.get(conversation_id) ?? {}
    // Outside a session's first replay nothing is jumped over: what is missing is a gap.
    if (after < rev) this.#behind.set(conversation_id, { after, upTo: rev })
  }

  /** Asks for what was missed, which a client does about every 5 minutes; once it has a session. */
  sync(): void {
    const { random, transmit } = this.#options
    const isAsked = this.#cursor !== undefined && transmit({ type: 'sync', ref: SYNC, cursor: this.#cursor })
    if (!isAsked) return void (this.#nextSyncAt = 0)
    this.#nextSyncAt = performance.now() + SYNC_MS * (0.5 + random.next())
  }

  /** What is due: pulls of gaps that stay, and a sync. */
  look(now: number): void {
    for (const [id, since] of this.#gapSince)
      if (now - since > GAP_MS && !this.#pulling.has(id)) this.#pull(id)
    for (const id of this.#behind.keys()) if (!this.#pulling.has(id)) this.#pull(id)
    if (now > this.#nextSyncAt) this.sync()
  }

  pulled({ conversation_id, rev, has_more }: Pulled): void {
    const log = this.#options.logOf(conversation_id)
    log.completeUpTo(rev, has_more)
    this.#pulling.delete(conversation_id)
    const stretch = this.#behind.get(conversation_id)
    if (stretch) stretch.after = rev
    if (stretch && rev >= stretch.upTo) this.#behind.delete(conversation_id)
    this.#noteGap(conversation_id, log)
  }

  /** False when the refusal is of nothing that was asked here. */
  refused(frame: Frame): boolean {
    const [, pulled] = /^pull (\d+)$/.exec(String(frame['ref'])) ?? []
    if (pulled !== undefined) this.#notPulled(Number(pulled), frame)
    else if (frame['ref'] === SYNC) this.#nextSyncAt = performance.now() + SYNC_AGAIN_MS
    else return false
    return true
  }

  #move(): void {
    if (this.#nextCursor === undefined || !this.isWhole) return
    this.#cursor = this.#nextCursor
    this.#nextCursor = undefined
  }

  #noteGap(conversation_id: number, log: ConversationLog): void {
    if (!log.hasGap) {
      this.#gapSince.delete(conversation_id)
      return this.#move()
    }
    if (this.#gapSince.has(conversation_id)) return
    this.#gapSince.set(conversation_id, performance.now())
    this.#options.notes.gaps += 1
  }

  #pull(conversation_id: number): void {
    const { logOf, transmit, notes } = this.#options
    const after_rev = this.#behind.get(conversation_id)?.after ?? logOf(conversation_id).rev
    if (!transmit({ type: 'pull', ref: `pull ${conversation_id}`, conversation_id, after_rev })) return
    this.#pulling.add(conversation_id)
    notes.pulls += 1
  }

  #notPulled(conversation_id: number, { code }: Frame): void {
    this.#pulling.delete(conversation_id)
    if (code !== 'conversation_not_found') return
    // Removed from it meanwhile.
    this.#options.logOf(conversation_id).dropHeld()
    this.#behind.delete(conversation_id)
    this.#gapSince.delete(conversation_id)
    this.#move()
  }
}

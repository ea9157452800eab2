import { conversationUpdate, encodeFrame, subjects } from '@parley/protocol'
import type { Bus } from '@parley/service-kit'
import { conversationView, type ConversationRecord } from '../domain/conversation.ts'
import type { Draft, Told } from '../domain/draft.ts'
import type { Outgoing } from '../domain/outgoing.ts'
import { Bumps } from './bumps.ts'
import type { ConversationCache } from './cache.ts'
import { publish, type Outward } from './publish.ts'

export interface OutletOptions extends Outward {
  nats: Bus['nats']
  isConnected: Bus['isConnected']
  cache: ConversationCache
}

/** Members who are told in one turn of the event loop. */
const SLICE = 100
/** Gateways learn so often how late frames are: every frame would have its price. */
const TIMED_EVERY_MS = 100

/** By which what a lane has committed goes out. */
export class Outlet implements Disposable {
  readonly #options: OutletOptions
  readonly #bumps: Bumps
  // Since the bus was lost: what is committed waits for the outbox to be published again, behind what the break may have
  // swallowed.
  #isCut = false
  #isClosed = false
  #timedAt = -Infinity

  constructor(options: OutletOptions) {
    this.#options = options
    this.#bumps = new Bumps(options.nats)
  }

  /** Sends what one batch has to tell. */
  tell({ outgoing, moved, announced }: Draft): void {
    if (!this.#isCut) {
      publish(this.#options, outgoing, this.#isDueToTime())
      // Never rejects.
      for (const [conversation, event] of announced) void this.#announce(conversation, event)
    }
    this.#bumps.note(moved, outgoing)
  }

  /** Sends what an outbox row holds. */
  repeat(outgoing: readonly Outgoing[]): void {
    publish(this.#options, outgoing)
  }

  #isDueToTime(): boolean {
    const now = performance.now()
    if (now - this.#timedAt < TIMED_EVERY_MS) return false
    this.#timedAt = now
    return true
  }

  cut(): void {
    this.#isCut = true
  }

  /** The outbox is published again. */
  mend(): void {
    this.#isCut = !this.#options.isConnected()
  }

  [Symbol.dispose](): void {
    this.#isClosed = true
    this.#bumps[Symbol.dispose]()
  }

  /**
   * Tells each member of a large conversation what it is to them, a slice at a time, so that the lane goes on. It is not in
   * the outbox: whoever misses it, because this process ends, finds it by `sync`.
   */
  async #announce(conversation: ConversationRecord, event: Told): Promise<void> {
    const { nats, cache } = this.#options
    const members = [...conversation.members.values()]
    for (let at = 0; at < members.length; at += SLICE) {
      // A record that was dropped does not know who has left meanwhile.
      if (this.#isClosed || this.#isCut || cache.get({ id: conversation.id }) !== conversation) return
      for (const member of members.slice(at, at + SLICE)) {
        const { id } = member.user
        if (conversation.members.get(id) !== member) continue
        const payload = { event, conversation: conversationView(conversation, member) }
        nats.publish(subjects.user(id, 'd'), encodeFrame(conversationUpdate, payload))
      }
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
}

import {
  encodeFrame,
  presenceBroadcasts,
  shardOf,
  subjects,
  userStatus,
  type PresenceSettled,
  type PresenceStatus,
  type PresenceWanted,
} from '@parley/protocol'
import { unavailable, type Bus, type Logger } from '@parley/service-kit'
import type { Kysely } from 'kysely'
import { LanePresence, type Report, type Told } from '../domain/presence.ts'
import type { Tables } from '../store/tables.ts'
import { LastSeenLog } from './last-seen.ts'
import { Leases } from './leases.ts'

export interface PresenceOptions {
  bus: Bus
  db: Kysely<Tables>
  log: Logger
  /** How many lanes there are. */
  lanes: number
  /** Silence after which a gateway, and all that it holds, is there no more. */
  leaseMs: number
  graceMs: number
}

interface Owned {
  ownerEpoch: number
  people: LanePresence
  isSettled: boolean
}

const TICK_MS = 250
/** Part of a lease within which every living gateway has been heard. */
const HEARD_WITHIN = 0.4

/** Who is present, of the lanes that this process owns. Kept in memory alone: a new owner asks the gateways. */
export class Presence implements AsyncDisposable {
  readonly #options: PresenceOptions
  readonly #owned = new Map<number, Owned>()
  readonly #leases: Leases
  readonly #lastSeen: LastSeenLog
  readonly #timer: NodeJS.Timeout

  constructor(options: PresenceOptions) {
    this.#options = options
    const { bus, db, log, leaseMs } = options
    this.#lastSeen = new LastSeenLog({ db, log })
    this.#leases = new Leases({
      bus,
      leaseMs,
      onHeard: (gateway) => this.#askIncomplete(gateway),
      onGone: (gateway, seenAt) => this.#drop(gateway, seenAt),
    })
    this.#timer = setInterval(() => this.#tick(), TICK_MS)
  }

  /** How many people are present in the lanes of this process. */
  count(): number {
    return [...this.#owned.values()].reduce((sum, { people }) => sum + people.size, 0)
  }

  /** Begins a lane, knowing nobody. */
  open(lane: number, ownerEpoch: number): void {
    const { leaseMs, graceMs } = this.#options
    const times = { graceMs, settleMs: leaseMs + graceMs, hearMs: leaseMs * HEARD_WITHIN }
    const people = new LanePresence(performance.now(), times)
    for (const gateway of this.#leases.alive()) people.expect(gateway)
    this.#owned.set(lane, { ownerEpoch, people, isSettled: false })
  }

  /** Asks all gateways for whom they hold. */
  gather(lane: number): void {
    this.#ask(lane)
  }

  /** Ends what the ownership of that epoch began. Its process may own the lane again by then. */
  close(lane: number, ownerEpoch: number): void {
    if (this.#owned.get(lane)?.ownerEpoch === ownerEpoch) this.#owned.delete(lane)
  }

  /**
   * Takes what a gateway says of people of the lane that a shard is in, and tells those who watch them. `unavailable` where this
   * process does not own the lane, or where one of them is of another lane: the gateway goes by a number of lanes that was.
   */
  report(shard: number, report: Report): { lane: number; owner_epoch: number } {
    const { lane, owned } = this.#find(shard)
    const { lanes } = this.#options
    const ids = [...report.online, ...report.away, ...report.offline]
    if (ids.some((id) => shardOf(id) % lanes !== lane)) throw unavailable()
    this.#leases.heard(report.gateway)
    this.#tell(owned.people.report(report, performance.now()))
    return { lane, owner_epoch: owned.ownerEpoch }
  }

  /** `unavailable` where this process does not own the lane. */
  statusOf(shard: number, userId: number): { status: PresenceStatus | null; lastSeen: Date | undefined } {
    const status = this.#find(shard).owned.people.statusOf(userId, performance.now())
    return { status, lastSeen: status === 'offline' ? this.#lastSeen.find(userId) : undefined }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    await this.#leases[Symbol.asyncDispose]()
    await this.#lastSeen[Symbol.asyncDispose]()
  }

  #find(shard: number): { lane: number; owned: Owned } {
    const lane = shard % this.#options.lanes
    const owned = this.#owned.get(lane)
    if (!owned) throw unavailable()
    return { lane, owned }
  }

  #askIncomplete(gateway: string): void {
    for (const [lane, { people }] of this.#owned) {
      if (people.isWhole(gateway)) continue
      people.expect(gateway)
      this.#ask(lane, gateway)
    }
  }

  #ask(lane: number, gateway?: string): void {
    const owned = this.#owned.get(lane)
    if (!owned) return
    const wanted: PresenceWanted = {
      ...{ lane, lanes: this.#options.lanes, owner_epoch: owned.ownerEpoch },
      ...(gateway !== undefined && { gateway }),
    }
    this.#publish(subjects.broadcast(presenceBroadcasts.wanted), JSON.stringify(wanted))
  }

  #drop(gateway: string, seenAt: number): void {
    const goneAt = performance.now()
    for (const { people } of this.#owned.values()) this.#tell(people.drop(gateway, { goneAt, seenAt }))
  }

  #tick(): void {
    const now = performance.now()
    // Who is cut off hears no gateway, which says nothing of the gateways.
    if (!this.#options.bus.isConnected()) return
    this.#leases.sweep(now)
    for (const [lane, owned] of this.#owned) {
      this.#tell(owned.people.tick(now))
      if (owned.isSettled || !owned.people.isSettled(now)) continue
      owned.isSettled = true
      const settled: PresenceSettled = { lane, lanes: this.#options.lanes }
      this.#publish(subjects.broadcast(presenceBroadcasts.settled), JSON.stringify(settled))
    }
  }

  #tell(told: readonly Told[]): void {
    const [now, date] = [performance.now(), Date.now()]
    const timestamp = new Date(date).toISOString()
    for (const { user_id, status, seenAt } of told) {
      const seen = seenAt === null ? undefined : new Date(date - (now - seenAt))
      if (seen) this.#lastSeen.add(user_id, seen)
      const last_seen = seen && { last_seen: seen.toISOString() }
      const frame = encodeFrame(userStatus, { user_id, status, ...last_seen, timestamp })
      this.#publish(subjects.presence(user_id), frame)
    }
  }

  /** What is lost with the connection, gateways ask for when it is back. */
  #publish(subject: string, payload: string): void {
    this.#options.bus.nats.publish(subject, payload)
  }
}

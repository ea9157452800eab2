import { unavailable, type Database, type Handler } from '@parley/service-kit'
import type { Card } from '@parley/protocol'
import type pg from 'pg'
import { tryLockLane } from '../store/lanes.ts'
import type { LaneState } from '../metrics.ts'
import type { Tables } from '../store/tables.ts'
import type { Operation } from './operation.ts'
import { ownLane, type OwnedLane, type OwnOptions } from './owned-lane.ts'
import type { Peers } from './peers.ts'

export interface LanesOptions extends Omit<OwnOptions, 'onLost' | 'handlers'> {
  database: Database<Tables>
  peers: Peers
  /** How many lanes there are. */
  count: number
}

const TICK_MS = 250
const NOTE_MS = 100
/** A free lane beyond this process's share is left to others for so many ticks. */
const PATIENT_TICKS = 4
/** A process that has been cut off from the bus for so many ticks owns nothing. */
const CUT_OFF_TICKS = 12

/** The lanes that this process owns. It takes free ones up to its share of all, and the rest when nobody else does. */
export class Lanes implements AsyncDisposable {
  readonly #options: LanesOptions
  readonly #owned = new Map<number, OwnedLane>()
  readonly #freeTicks = new Map<number, number>()
  #timers: NodeJS.Timeout[] = []
  #handlers: readonly Handler[] = []
  #standby: pg.Client | undefined
  #ticking: Promise<void> | undefined
  #stopped = false
  #cutOffTicks = 0

  constructor(options: LanesOptions) {
    this.#options = options
    options.bus.onLost(() => {
      for (const { writer } of this.#owned.values()) writer.cut()
    })
    options.bus.onReconnect(() => this.#republish())
  }

  /** Queues an operation on the lane of a shard; `unavailable` when this process does not own it. */
  write<T>(shard: number, operation: Operation<T>): Promise<T> {
    const lane = this.#owned.get(shard % this.#options.count)
    return lane ? lane.writer.write(operation) : Promise.reject(unavailable())
  }

  updateCard(card: Card): void {
    for (const lane of this.#owned.values()) lane.updateCard(card)
  }

  /** Has the lane of a shard go by what a person shares now; `unavailable` when this process does not own it. */
  applyPrivacy(shard: number, userId: number, deadline: number): Promise<void> {
    const lane = this.#owned.get(shard % this.#options.count)
    return lane ? lane.applyPrivacy(userId, deadline) : Promise.reject(unavailable())
  }

  /** How much waits in the lanes of this process: for a batch, and for being published. */
  state(): LaneState {
    const owned = this.#owned.size
    const sum = { count: this.#options.count, owned, waiting: 0, pending: 0, lagSeconds: 0 }
    for (const { writer } of this.#owned.values()) {
      const { waiting, pending, lagSeconds } = writer.state()
      sum.waiting += waiting
      sum.pending += pending
      sum.lagSeconds = Math.max(sum.lagSeconds, lagSeconds)
    }
    return sum
  }

  owned(): number[] {
    return [...this.#owned.keys()]
  }

  /** Takes what is free and due, and goes on doing so; the handlers answer each owned lane's requests. */
  async start(handlers: readonly Handler[]): Promise<void> {
    this.#handlers = handlers
    this.#timers = [
      setInterval(() => this.#tickOnce(), TICK_MS),
      setInterval(() => this.#notePublished(), NOTE_MS),
    ]
    this.#tickOnce()
    await this.#ticking
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true
    for (const timer of this.#timers) clearInterval(timer)
    await this.#ticking
    await Promise.all([...this.#owned.keys()].map((lane) => this.#giveUp(lane)))
    await this.#standby?.end()
  }

  #tickOnce(): void {
    if (this.#stopped) return
    this.#ticking ??= this.#tick()
      .catch((err: unknown) => this.#options.log.warn({ err }, 'lanes cannot be taken now'))
      .finally(() => (this.#ticking = undefined))
  }

  async #tick(): Promise<void> {
    const { bus, count, peers } = this.#options
    this.#cutOffTicks = bus.isConnected() ? 0 : this.#cutOffTicks + 1
    // Nobody can ask a process that is cut off, and it cannot see its peers: they take its lanes.
    if (this.#cutOffTicks >= CUT_OFF_TICKS) for (const lane of this.owned()) await this.#giveUp(lane)
    if (this.#cutOffTicks > 0) return
    const share = Math.ceil(count / peers.count())
    for (const lane of [...this.#owned.keys()].slice(share)) await this.#giveUp(lane)
    for (let lane = 0; lane < count && !this.#stopped; lane++) {
      if (this.#owned.has(lane)) continue
      const waited = this.#freeTicks.get(lane) ?? 0
      if (this.#owned.size >= share && waited < PATIENT_TICKS) this.#freeTicks.set(lane, waited + 1)
      else await this.#tryTake(lane)
    }
  }

  async #tryTake(lane: number): Promise<void> {
    this.#freeTicks.delete(lane)
    const client = (this.#standby ??= await this.#connect())
    if (!(await tryLockLane(client, lane))) return
    this.#standby = undefined
    const taken = await ownLane(client, lane, {
      ...this.#options,
      handlers: this.#handlers,
      onLost: () => void this.#giveUp(lane),
    }).catch(async (err: unknown) => {
      await client.end()
      throw err
    })
    // The session may have ended while the lane was being taken up.
    client.once('end', () => void this.#giveUp(lane))
    // Before it is served: a request that comes at once must find it.
    this.#owned.set(lane, taken)
    try {
      await taken.serve()
    } catch (err) {
      await this.#giveUp(lane)
      throw err
    }
  }

  async #connect(): Promise<pg.Client> {
    const client = await this.#options.database.connect()
    client.once('end', () => {
      if (this.#standby === client) this.#standby = undefined
    })
    return client
  }

  async #giveUp(lane: number): Promise<void> {
    const owned = this.#owned.get(lane)
    if (!owned) return
    this.#owned.delete(lane)
    try {
      await owned[Symbol.asyncDispose]()
    } catch (err) {
      this.#options.log.warn({ err, lane }, 'lane not closed')
    }
  }

  #republish(): void {
    for (const { writer } of this.#owned.values()) {
      writer
        .republish()
        .catch((err: unknown) => this.#options.log.warn({ err }, 'batches not published again'))
    }
  }

  #notePublished(): void {
    if (!this.#options.bus.isConnected()) return
    for (const { writer } of this.#owned.values()) {
      writer.notePublished().catch((err: unknown) => this.#options.log.debug({ err }, 'publishing not noted'))
    }
  }
}

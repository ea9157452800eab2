import { randomUUID } from 'node:crypto'
import {
  limits,
  presenceBroadcasts,
  reportPresence,
  shardOf,
  subjects,
  type GatewayBeat,
  type Output,
  type PresenceStatus,
  type PresenceWanted,
} from '@parley/protocol'
import { createPace, type Bus, type Logger } from '@parley/service-kit'
import type { Person } from '../socket/registry.ts'

export interface ReporterOptions {
  bus: Bus
  log: Logger
  /** Everybody who has a socket here. */
  people: ReadonlyMap<number, Person>
  beatMs: number
}

export interface Reporter extends AsyncDisposable {
  /** A socket of a person came, went, or is in another state. */
  changed(userId: number): void
}

/** Others than `online`, which is told within 10 ms, wait so long for company. */
const BATCH_MS = 400
/** So that a storm of sockets costs few reports. */
const GATHER_MS = 10
const RETRY_MS = 500

type Batch = Record<PresenceStatus, number[]>
const emptyBatch = (): Batch => ({ online: [], away: [], offline: [] })

/**
 * Tells the owners of lanes who is present here: changes in batches, everybody where an owner is new. What could not be
 * told is told again as it is by then. A beat says that all of it still holds.
 */
export function startReporter({ bus, log, people, beatMs }: ReporterOptions): Reporter {
  const { nats } = bus
  const gateway = randomUUID()
  const changes = new Set<number>()
  /** By lane: the newest owner that was heard of. */
  const epochs = new Map<number, number>()
  const tellingAll = new Set<number>()
  let lanes: number | undefined
  let timer: NodeJS.Timeout | undefined
  const pace = createPace(GATHER_MS)
  let isSoon = false
  let isStopped = false

  const schedule = (ms: number): void => {
    if (!isStopped) timer ??= setTimeout(flush, ms)
  }
  const flush = (): void => {
    clearTimeout(timer)
    timer = undefined
    isSoon = false
    if (isStopped) return
    const ids = [...changes].filter((id) => !isReported(people.get(id)))
    changes.clear()
    for (const [shard, ofShard] of Map.groupBy(ids, shardOfLane)) {
      for (const some of chunks(ofShard)) void tell(shard, some)
    }
  }
  const flushSoon = (): void => {
    if (isSoon) return
    isSoon = true
    pace(flush)
  }
  /** A shard of the lane that somebody is in: once it is known how many there are, all of a lane are one report. */
  const shardOfLane = (userId: number): number => shardOf(userId) % (lanes ?? Infinity)
  const tell = async (shard: number, ids: readonly number[]): Promise<void> => {
    try {
      const told = await bus.call(reportPresence, { shard, gateway, ...batchOf(people, ids) })
      if (isOutdated(told)) again(ids)
    } catch (err) {
      log.debug({ err, shard }, 'presence not reported; it is tried again')
      again(ids)
    }
  }
  const again = (ids: readonly number[]): void => {
    for (const id of ids) {
      const person = people.get(id)
      if (person) person.reported = undefined
      changes.add(id)
    }
    schedule(RETRY_MS)
  }
  /** Whether an owner of before has answered. One that was not heard of yet is told everything. */
  const isOutdated = ({ lane, owner_epoch }: Output<typeof reportPresence>): boolean => {
    const known = epochs.get(lane) ?? owner_epoch
    if (owner_epoch < known) return true
    epochs.set(lane, owner_epoch)
    if (owner_epoch > known && lanes !== undefined) void tellAll(lane, lanes)
    return false
  }
  const tellAll = async (lane: number, count: number): Promise<void> => {
    if (tellingAll.has(lane)) return
    tellingAll.add(lane)
    try {
      const parts = chunks([...people.keys()].filter((id) => shardOf(id) % count === lane))
      for (const [part, ids] of parts.entries()) {
        // Who has gone since is told as gone.
        const present = ids.filter((id) => people.has(id))
        const whole = { part, of: parts.length }
        await bus.call(reportPresence, { shard: lane, gateway, ...batchOf(people, present), whole })
      }
    } catch (err) {
      log.debug({ err, lane }, 'presence not reported as a whole; the owner asks again')
    } finally {
      tellingAll.delete(lane)
    }
  }
  const beat = (more: Partial<GatewayBeat> = {}): void => {
    const payload: GatewayBeat = { gateway, ...more }
    if (bus.isConnected()) nats.publish(subjects.broadcast(presenceBroadcasts.beat), JSON.stringify(payload))
  }

  const subscription = nats.subscribe(subjects.broadcast(presenceBroadcasts.wanted), {
    callback: (err, msg) => {
      if (err) return log.error({ err }, 'cannot hear who asks for presence')
      const wanted = msg.json<PresenceWanted>()
      if (wanted.gateway !== undefined && wanted.gateway !== gateway) return
      lanes = wanted.lanes
      epochs.set(wanted.lane, Math.max(wanted.owner_epoch, epochs.get(wanted.lane) ?? 0))
      void tellAll(wanted.lane, wanted.lanes)
    },
  })
  beat()
  const beating = setInterval(beat, beatMs)
  return {
    changed: (userId) => {
      const person = people.get(userId)
      if (isReported(person)) return
      changes.add(userId)
      if (statusOf(person) !== 'online') return schedule(BATCH_MS)
      flushSoon()
    },
    [Symbol.asyncDispose]: async () => {
      isStopped = true
      clearInterval(beating)
      clearTimeout(timer)
      subscription.unsubscribe()
      beat({ is_leaving: true })
      if (bus.isConnected()) await nats.flush().catch(() => undefined)
    },
  }
}

/** What somebody's sockets here make of them; undefined for nobody's. */
function statusOf(person: Person | undefined): 'online' | 'away' | undefined {
  if (!person) return undefined
  return person.peers.some(({ isAway }) => !isAway) ? 'online' : 'away'
}

/** Whether nothing is to be told. Of who has gone it is not known what was. */
const isReported = (person: Person | undefined): boolean =>
  person !== undefined && person.reported === statusOf(person)

/** People as they are now, who count as reported so from here on. */
function batchOf(people: ReadonlyMap<number, Person>, ids: readonly number[]): Batch {
  const batch = emptyBatch()
  for (const id of ids) {
    const person = people.get(id)
    const status = statusOf(person)
    if (person) person.reported = status
    batch[status ?? 'offline'].push(id)
  }
  return batch
}

/** At least one. */
function chunks(ids: readonly number[]): number[][] {
  const most = limits.presence_report
  const count = Math.max(1, Math.ceil(ids.length / most))
  return Array.from({ length: count }, (_, i) => ids.slice(i * most, (i + 1) * most))
}

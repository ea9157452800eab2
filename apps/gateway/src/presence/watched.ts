import {
  encodeFrame,
  getPresence,
  limits,
  shardOf,
  subjects,
  timestamp,
  userStatus,
  type Payload,
  type PresenceStatus,
} from '@parley/protocol'
import type { Bus, Logger } from '@parley/service-kit'
import type { GatewayMetrics } from '../metrics.ts'
import { Batch } from '../socket/batch.ts'
import { offer } from '../socket/deliver.ts'
import type { Peer } from '../socket/peer.ts'

/** Somebody whom sockets of this process watch. */
interface Watched {
  userId: number
  watchers: Set<Peer>
  /** Those who have yet to be sent the present status. */
  owed: Set<Peer>
  subscription: ReturnType<Bus['nats']['subscribe']>
  /** What is known at present; not fresh when something may have been missed. */
  status: PresenceStatus | undefined
  isFresh: boolean
  lastSeen: string | null
  /** How many live changes came. */
  heard: number
  frame: Batch | undefined
}

export interface WatchedOptions {
  bus: Bus
  log: Logger
  metrics: Pick<GatewayMetrics, 'framesOut' | 'personWatched'>
  /** Somebody may be seen no more by those who watch them here, until each has asked again. */
  onVoid: (userId: number, watchers: readonly Peer[]) => void
}

export interface WatchedPeople extends AsyncDisposable {
  /** Lets a socket have somebody's changes from here on. */
  hold(userId: number, peer: Peer, lastSeen: string | null): void
  release(userId: number, peer: Peer): void
  /** Sends a socket the present status, once it is known. */
  owe(userId: number, peer: Peer): void
  /** Sends what was held back while it was not sure who may see them. */
  resume(userId: number): void
  /** What sockets were shown of somebody last. */
  statusOf(userId: number): PresenceStatus | undefined
  /** Asks for what is known of these people anew; changes are told. */
  refresh(isIt: (userId: number) => boolean): void
}

const RETRY_MS = 500

/** The people who are watched here: one subscription each, however many sockets watch, and one answer for all of them. */
export function createWatchedPeople({ bus, log, metrics, onVoid }: WatchedOptions): WatchedPeople {
  const people = new Map<number, Watched>()
  /** Those with something to ask or to send. */
  const due = new Set<Watched>()
  let timer: NodeJS.Timeout | undefined
  let isSettling = false
  let isDueAgain = false
  let isStopped = false

  const schedule = (watched: Watched, ms = 0): void => {
    due.add(watched)
    if (isStopped) return
    if (ms === 0) clearTimeout(timer)
    if (ms === 0 || !timer) timer = setTimeout(() => void settle(), ms)
  }
  const settle = async (): Promise<void> => {
    timer = undefined
    isDueAgain = isSettling
    if (isSettling) return
    isSettling = true
    const stale = [...due].filter(({ isFresh }) => !isFresh)
    const groups = [...Map.groupBy(stale, ({ userId }) => shardOf(userId))]
    await Promise.all(groups.map(([shard, ofShard]) => ask(shard, ofShard.slice(0, limits.presence_report))))
    for (const watched of due) sendOwed(watched)
    isSettling = false
    const [next] = due
    if (next) schedule(next, isDueAgain ? 0 : RETRY_MS)
  }
  const ask = async (shard: number, stale: readonly Watched[]): Promise<void> => {
    const heard = stale.map((watched) => watched.heard)
    try {
      const { items } = await bus.call(getPresence, { shard, user_ids: stale.map(({ userId }) => userId) })
      for (const [i, watched] of stale.entries()) {
        // Every change since the subscription came live: one that has come is newer than this answer, or the same.
        const answer = watched.heard === heard[i] ? items[i] : undefined
        if (answer?.status) learn(watched, { ...answer, status: answer.status })
      }
    } catch (err) {
      log.debug({ err, shard }, 'presence cannot be asked for now; it is tried again')
    }
  }
  const learn = (
    watched: Watched,
    { status, last_seen }: { status: PresenceStatus; last_seen?: string | null | undefined },
  ): void => {
    watched.isFresh = true
    seen(watched, last_seen ?? null)
    if (watched.status === status) return
    watched.status = status
    watched.frame = undefined
    watched.owed = new Set(watched.watchers)
  }
  /** To whom it cannot be sent now stays owed it. */
  const sendOwed = (watched: Watched): void => {
    const { status, owed } = watched
    if (!watched.isFresh || !status) return
    watched.frame ??= Batch.of([frameOf(watched.userId, status, watched.lastSeen)])
    for (const peer of owed) {
      if (peer.watch?.voids.get(watched.userId)?.isOpen) continue
      if (!peer.isClosing && !offer(peer, watched.frame)) continue
      owed.delete(peer)
      metrics.framesOut('ephemeral', 1)
    }
    if (owed.size === 0) due.delete(watched)
    else schedule(watched, RETRY_MS)
  }
  const receive = (watched: Watched, text: string): void => {
    const told = JSON.parse(text) as Payload<typeof userStatus> | { unwatch: true }
    if ('unwatch' in told) return onVoid(watched.userId, [...watched.watchers])
    watched.heard++
    learn(watched, told)
    due.add(watched)
    sendOwed(watched)
  }
  const begin = (userId: number): Watched => {
    const watched: Watched = {
      ...{ userId, watchers: new Set(), owed: new Set() },
      ...{ status: undefined, isFresh: false, lastSeen: null, heard: 0, frame: undefined },
      subscription: bus.nats.subscribe(subjects.presence(userId), {
        callback: (err, msg) => {
          if (err) return log.error({ err }, "subscription to a person's presence failed")
          receive(watched, msg.string())
        },
      }),
    }
    people.set(userId, watched)
    metrics.personWatched(1)
    return watched
  }

  return {
    hold: (userId, peer, lastSeen) => {
      const watched = people.get(userId) ?? begin(userId)
      watched.watchers.add(peer)
      seen(watched, lastSeen)
    },
    release: (userId, peer) => {
      const watched = people.get(userId)
      if (!watched) return
      watched.watchers.delete(peer)
      watched.owed.delete(peer)
      if (watched.watchers.size > 0) return
      watched.subscription.unsubscribe()
      people.delete(userId)
      metrics.personWatched(-1)
      due.delete(watched)
    },
    owe: (userId, peer) => {
      const watched = people.get(userId)
      if (!watched?.watchers.has(peer)) return
      watched.owed.add(peer)
      schedule(watched)
    },
    resume: (userId) => {
      const watched = people.get(userId)
      if (watched && watched.owed.size > 0) schedule(watched)
    },
    statusOf: (userId) => people.get(userId)?.status,
    [Symbol.asyncDispose]: async () => {
      isStopped = true
      clearTimeout(timer)
    },
    refresh: (isIt) => {
      for (const watched of people.values()) {
        if (!isIt(watched.userId)) continue
        watched.isFresh = false
        schedule(watched)
      }
    },
  }
}

function seen(watched: Watched, lastSeen: string | null): void {
  if (lastSeen === null || (watched.lastSeen !== null && watched.lastSeen >= lastSeen)) return
  watched.lastSeen = lastSeen
  if (watched.status === 'offline') watched.frame = undefined
}

/** Of those who are hidden, or of whom it is not known, `lastSeen` is null. */
export function frameOf(userId: number, status: PresenceStatus, lastSeen: string | null): string {
  return encodeFrame(userStatus, {
    ...{ user_id: userId, status },
    ...(status === 'offline' && lastSeen !== null && { last_seen: lastSeen }),
    timestamp: timestamp(new Date()),
  })
}

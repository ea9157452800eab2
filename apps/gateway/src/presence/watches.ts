import { limits, watch as watchRpc, type Output } from '@parley/protocol'
import { RpcError, type Logger } from '@parley/service-kit'
import type { Forward } from '../forward.ts'
import type { Peer } from '../socket/peer.ts'
import type { Registry } from '../socket/registry.ts'
import { retrying } from '../socket/replay.ts'
import { newTraceId } from '../trace-id.ts'
import type { Watch } from './watch.ts'
import { frameOf, type WatchedPeople } from './watched.ts'

export interface WatchesOptions {
  forward: Forward
  confirm: () => Promise<void>
  registry: Pick<Registry, 'all' | 'listen'>
  watched: WatchedPeople
  log: Logger
}

export interface Watches {
  /** Replaces a socket's list. Resolves when no change can be missed any more; what each status is follows. */
  set(peer: Peer, userIds: readonly number[]): Promise<void>
  /** Asks anew whether sockets may see these people; until that is answered nothing is sent of them. */
  void(peers: Iterable<Peer>, userIds: readonly number[] | 'all'): void
  /** Sends nothing of anybody until it is asked anew. */
  suspend(): void
  /** Asks anew for everybody, after something may have been missed. */
  checkAll(): Promise<void>
  leave(peer: Peer): void
}

const CHECKED_AT_ONCE = 64
const MOST_DUE = 4
/** As long as it takes: nothing wrong is shown meanwhile. */
const FOR_EVER_MS = Number.MAX_SAFE_INTEGER

type Seen = Output<typeof watchRpc>
/** What may be asked at once. */
const chunks = (ids: readonly number[]): number[][] =>
  Array.from({ length: Math.ceil(ids.length / limits.watch) }, (_, part) =>
    ids.slice(part * limits.watch, (part + 1) * limits.watch),
  )
const nobody: Seen = { visible: [], hidden: [] }

/** Who may see whom is messaging's to say; who has been told what is known here. */
export function createWatches({ forward, confirm, registry, watched, log }: WatchesOptions): Watches {
  const askSeen = async ({ caller, client }: Peer, userIds: readonly number[]): Promise<Seen> => {
    const asked = chunks(userIds).map(async (user_ids) => {
      const { json } = await forward(watchRpc, { caller, client, traceId: newTraceId(), input: { user_ids } })
      return JSON.parse(json) as Seen
    })
    const answers = await Promise.all(asked)
    return {
      visible: answers.flatMap(({ visible }) => visible),
      hidden: answers.flatMap(({ hidden }) => hidden),
    }
  }
  /** The lists that a socket has given and that are still to be asked about, one after the other. */
  const turns = new Map<Peer, { due: number; last: Promise<void> }>()
  const isCurrent = (peer: Peer, watch: Watch): boolean => peer.watch === watch && !peer.isClosing

  /** Grants and denies by what messaging says now, of those of whom no later question is open; gives who is to be told of. */
  const check = async (peer: Peer, watch: Watch, userIds: readonly number[]): Promise<Seen> => {
    const asOf = watch.turn
    const seen = await askSeen(peer, userIds)
    if (!isCurrent(peer, watch)) return nobody
    const isSettled = (id: number): boolean => (watch.voids.get(id)?.turn ?? 0) <= asOf
    const visible = seen.visible.filter(({ user_id }) => isSettled(user_id))
    const told = new Set<number>()
    const mayBeSeen = new Map(visible.map(({ user_id, last_seen }) => [user_id, last_seen]))
    for (const id of userIds.filter(isSettled)) {
      const lastSeen = mayBeSeen.get(id)
      if (lastSeen === undefined) {
        if (deny(peer, watch, id)) told.add(id)
      } else {
        watch.granted.add(id)
        watched.hold(id, peer, lastSeen)
      }
      const before = watch.voids.get(id)
      if (before) before.isOpen = false
    }
    await confirm()
    const hidden = seen.hidden.filter((id) => isSettled(id) && !told.has(id))
    return isCurrent(peer, watch) ? { visible, hidden } : nobody
  }
  /** Whether the socket was told: it was shown somebody as present whom it may not see any more. */
  const deny = (peer: Peer, watch: Watch, userId: number): boolean => {
    if (!watch.granted.delete(userId)) return false
    const before = watch.voids.get(userId)
    const wasShown = before?.isOpen ? before.wasShown : isShown(userId)
    watched.release(userId, peer)
    if (wasShown) peer.send(frameOf(userId, 'offline', null))
    return wasShown
  }
  const recheck = async (peer: Peer, watch: Watch, userIds: readonly number[]): Promise<void> => {
    const granted = new Set(watch.granted)
    try {
      const { visible } = await retrying(FOR_EVER_MS, async () =>
        isCurrent(peer, watch) ? check(peer, watch, userIds) : nobody,
      )
      for (const { user_id } of visible) {
        if (granted.has(user_id)) watched.resume(user_id)
        else watched.owe(user_id, peer)
      }
    } catch (err) {
      log.warn({ err }, 'a socket could not be told whom it may see')
      peer.close('overloaded')
    }
  }
  /** Sends nothing of these people until it is asked anew. */
  const hold = (watch: Watch, userIds: Iterable<number>): void => {
    watch.turn++
    for (const id of userIds) {
      const before = watch.voids.get(id)
      const wasShown = before?.isOpen ? before.wasShown : watch.granted.has(id) && isShown(id)
      watch.voids.set(id, { turn: watch.turn, isOpen: true, wasShown })
    }
  }
  const isShown = (userId: number): boolean => {
    const status = watched.statusOf(userId)
    return status !== undefined && status !== 'offline'
  }

  const replace = async (peer: Peer, userIds: readonly number[]): Promise<void> => {
    if (peer.isClosing) return
    const ids = new Set(userIds)
    const before = peer.watch
    const watch: Watch = { userIds: ids, granted: new Set(), voids: new Map(), turn: 0 }
    for (const id of before?.granted ?? []) {
      if (!ids.has(id)) {
        watched.release(id, peer)
        continue
      }
      watch.granted.add(id)
      const open = before?.voids.get(id)
      if (open?.isOpen) watch.voids.set(id, { ...open, turn: 0 })
    }
    peer.watch = ids.size > 0 ? watch : undefined
    if (ids.size === 0) return
    await registry.listen(peer)
    const { visible, hidden } = await check(peer, watch, [...ids])
    for (const { user_id } of visible) watched.owe(user_id, peer)
    for (const id of hidden) peer.send(frameOf(id, 'offline', null))
  }

  return {
    set: (peer, userIds) => {
      const turn = turns.get(peer) ?? { due: 0, last: Promise.resolve() }
      if (turn.due >= MOST_DUE) return Promise.reject(new RpcError('rate_limited', { retry_after_ms: 1_000 }))
      turns.set(peer, turn)
      turn.due++
      const done = turn.last.then(() => replace(peer, userIds))
      turn.last = done.then(ended, ended)
      function ended(): void {
        if (--turn.due === 0) turns.delete(peer)
      }
      return done
    },
    void: (peers, userIds) => {
      for (const peer of peers) {
        const { watch } = peer
        if (!watch) continue
        const ids = userIds === 'all' ? [...watch.userIds] : userIds.filter((id) => watch.userIds.has(id))
        if (ids.length === 0) continue
        hold(watch, ids)
        void recheck(peer, watch, ids)
      }
    },
    suspend: () => {
      for (const { watch } of registry.all) if (watch) hold(watch, watch.userIds)
    },
    checkAll: async () => {
      const due = [...registry.all].filter(({ watch }) => watch !== undefined)
      const worker = async (): Promise<void> => {
        for (let peer = due.pop(); peer; peer = due.pop())
          if (peer.watch) await recheck(peer, peer.watch, [...peer.watch.userIds])
      }
      await Promise.all(Array.from({ length: CHECKED_AT_ONCE }, worker))
    },
    leave: (peer) => {
      for (const id of peer.watch?.granted ?? []) watched.release(id, peer)
      peer.watch = undefined
    },
  }
}

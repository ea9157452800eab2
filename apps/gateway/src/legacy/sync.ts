import type { Peer } from '../socket/peer.ts'
import type { Sessions } from '../socket/session.ts'

export interface SyncingOptions {
  all: ReadonlySet<Peer>
  sessions: Pick<Sessions, 'heal'>
}

const EVERY_MS = 300_000
const LOOK_MS = 5_000
const AT_ONCE = 16

/**
 * What native clients do by themselves: about every five minutes each legacy socket is made whole, so that a frame that the
 * bus has lost at the end of a conversation is told after all.
 */
export function startSyncing({ all, sessions }: SyncingOptions): AsyncDisposable {
  const syncedAt = new WeakMap<Peer, number>()
  let isSyncing = false

  const look = async (): Promise<void> => {
    if (isSyncing) return
    isSyncing = true
    const oldest = performance.now() - EVERY_MS
    const due = [...all].filter(
      (peer) => peer.legacy && peer.cursor !== undefined && (syncedAt.get(peer) ?? peer.openedAt) <= oldest,
    )
    const worker = async (): Promise<void> => {
      for (let peer = due.pop(); peer; peer = due.pop()) {
        syncedAt.set(peer, performance.now())
        if (!peer.isClosing && peer.replaysDue === 0) await sessions.heal(peer)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
    isSyncing = false
  }
  const timer = setInterval(() => void look(), LOOK_MS)
  return { [Symbol.asyncDispose]: async () => clearInterval(timer) }
}

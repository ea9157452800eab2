import type { Keys } from '../access/keys.ts'
import type { Flusher } from './flusher.ts'
import { MOST_BACKLOG_BYTES, type Peer } from './peer.ts'

export interface SweepOptions {
  all: Set<Peer>
  flusher: Flusher<Peer>
  keys: Pick<Keys, 'has'>
  heartbeatMs: number
}

const EVERY_MS = 500
const AUTHENTICATE_MS = 5_000
const HIGH_BACKLOG_BYTES = 262_144
const HIGH_MS = 5_000
const STUCK_MS = 10_000

/** How a socket that lags has fared since it began to. */
interface Lag {
  taken: number
  takenAt: number
  highSince: number
}

/** One timer for all that time does to sockets: silence, expiry, slowness, and those who never say who they are. */
export function sweepSockets({ all, flusher, keys, heartbeatMs }: SweepOptions): AsyncDisposable {
  const lags = new WeakMap<Peer, Lag>()

  const sweep = (): void => {
    const now = performance.now()
    const date = Date.now()
    for (const peer of all) {
      if (peer.isClosing) continue
      if (!peer.caller) checkStranger(peer, now)
      else if (peer.expiresAt <= date) peer.close('token_expired')
      else if (peer.kid !== undefined && !keys.has(peer.kid)) peer.close('not_authenticated')
      else checkSilence(peer, now)
    }
    for (const peer of flusher.lagging) checkLag(peer, now)
  }
  const checkSilence = (peer: Peer, now: number): void => {
    if (now - peer.heardAt < heartbeatMs) return
    if (now - peer.pingedAt >= heartbeatMs) return peer.close('going_away', 'silent')
    if (peer.pingedAt !== Infinity) return
    peer.pingedAt = now
    peer.ws.ping()
  }
  const checkLag = (peer: Peer, now: number): void => {
    if (peer.raw.writableLength === 0) {
      flusher.lagging.delete(peer)
      lags.delete(peer)
      return
    }
    const taken = peer.raw.bytesWritten - peer.raw.writableLength
    const isHigh = peer.backlog > HIGH_BACKLOG_BYTES
    const lag = lags.get(peer) ?? { taken, takenAt: now, highSince: Infinity }
    lags.set(peer, lag)
    if (taken > lag.taken) Object.assign(lag, { taken, takenAt: now })
    lag.highSince = isHigh ? Math.min(lag.highSince, now) : Infinity
    const isTooSlow =
      peer.backlog > MOST_BACKLOG_BYTES || now - lag.highSince >= HIGH_MS || now - lag.takenAt >= STUCK_MS
    if (isTooSlow) peer.close('too_slow')
  }

  // After a standstill of this process what came meanwhile is read first: timers come before sockets, immediates after.
  const timer = setInterval(() => setImmediate(sweep), EVERY_MS)
  return { [Symbol.asyncDispose]: async () => clearInterval(timer) }
}

function checkStranger(peer: Peer, now: number): void {
  if (now - peer.openedAt >= AUTHENTICATE_MS) peer.close('not_authenticated', 'no credential in time')
}

import { take } from '../limits.ts'
import type { Peer } from './peer.ts'

// Of frames of any kind, pings included. What a person may send is counted by messaging; this protects the process.
export const frameRate = { perSecond: 200, burst: 400 }

const WARNINGS = 3
const BETWEEN_WARNINGS_MS = 500

export type Verdict =
  { kind: 'pass' } | { kind: 'over'; retryAfterMs: number; warn: boolean } | { kind: 'close' }

const pass: Verdict = { kind: 'pass' }

/** One more frame of a socket. Who goes on after the warnings is closed. */
export function countFrame(peer: Peer, now: number): Verdict {
  const retryAfterMs = take(peer.budget, frameRate, now)
  if (retryAfterMs === 0) {
    if (peer.warnings > 0 && peer.budget.tokens > frameRate.burst / 2) peer.warnings = 0
    return pass
  }
  const warn = now - peer.warnedAt >= BETWEEN_WARNINGS_MS
  if (warn) {
    peer.warnings += 1
    peer.warnedAt = now
    if (peer.warnings > WARNINGS) return { kind: 'close' }
  }
  return { kind: 'over', retryAfterMs, warn }
}

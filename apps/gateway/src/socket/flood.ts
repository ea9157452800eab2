import type { ErrorBody } from '@parley/protocol'
import { take } from '../limits.ts'
import type { GatewayMetrics } from '../metrics.ts'
import type { Peer } from './peer.ts'

// Of frames of any kind, pings included. What a person may send is counted by messaging; this protects the process.
export const frameRate = { perSecond: 200, burst: 400 }

const WARNINGS = 3
const BETWEEN_WARNINGS_MS = 500

export type Verdict =
  | { kind: 'pass' }
  | { kind: 'closed' }
  /** To be answered; `isWarning` where even what expects no answer gets one. */
  | { kind: 'over'; error: ErrorBody; isWarning: boolean }

const pass: Verdict = { kind: 'pass' }

export interface FloodOptions {
  now: number
  limited: Pick<GatewayMetrics['limited'], 'frame'>
}

/** One more frame of a socket. Who goes on after the warnings is closed, and at once who has shown no credential. */
export function countFrame(peer: Peer, { now, limited }: FloodOptions): Verdict {
  const retryAfterMs = take(peer.budget, frameRate, now)
  if (retryAfterMs === 0) {
    if (peer.warnings > 0 && peer.budget.tokens > frameRate.burst / 2) peer.warnings = 0
    return pass
  }
  limited.frame++
  const isWarning = now - peer.warnedAt >= BETWEEN_WARNINGS_MS
  if (isWarning) {
    peer.warnings += 1
    peer.warnedAt = now
  }
  if (peer.warnings > WARNINGS || !peer.caller) {
    peer.close('rate_limited')
    return { kind: 'closed' }
  }
  return { kind: 'over', error: { code: 'rate_limited', retry_after_ms: retryAfterMs }, isWarning }
}

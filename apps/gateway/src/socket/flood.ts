import type { ErrorBody } from '@parley/protocol'
import type { LaneInfo } from '../lane-info.ts'
import { take, type Rate } from '../limits.ts'
import type { GatewayMetrics } from '../metrics.ts'
import type { Peer } from './peer.ts'

const WARNINGS = 3
const BETWEEN_WARNINGS_MS = 500

export type Verdict =
  | { kind: 'pass' }
  | { kind: 'closed' }
  /** To be answered; `isWarning` where even what expects no answer gets one. */
  | { kind: 'over'; error: ErrorBody; isWarning: boolean }

const pass: Verdict = { kind: 'pass' }

/** Bounds the frames of each socket, of any kind, pings included. What a person may send is counted by messaging; this protects the process. */
export interface FloodGuard {
  /** One more frame of a socket. Who goes on after the warnings is closed, and at once who has shown no credential. */
  count(peer: Peer, now: number): Verdict
  /** Where people may send more than a socket's frames, these are twice as many: beside a send there are receipts. */
  allowSends(sends: Pick<LaneInfo, 'sends_per_second' | 'burst'>): void
}

export interface FloodOptions extends Rate {
  limited: Pick<GatewayMetrics['limited'], 'frame'>
}

export function createFloodGuard({ limited, ...least }: FloodOptions): FloodGuard {
  let rate: Rate = least
  return {
    count: (peer, now) => {
      const retryAfterMs = take(peer.budget, rate, now)
      if (retryAfterMs === 0) {
        if (peer.warnings > 0 && peer.budget.taken < rate.burst / 2) peer.warnings = 0
        return pass
      }
      limited.frame++
      return refuseFrame(peer, { now, retryAfterMs })
    },
    allowSends: ({ sends_per_second, burst }) => {
      rate = {
        perSecond: Math.max(least.perSecond, 2 * sends_per_second),
        burst: Math.max(least.burst, 2 * burst),
      }
    },
  }
}

function refuseFrame(peer: Peer, { now, retryAfterMs }: { now: number; retryAfterMs: number }): Verdict {
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

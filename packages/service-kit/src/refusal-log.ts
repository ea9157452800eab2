import type { Logger } from 'pino'

/** Notes that a request was answered `unavailable`. */
export type NoteRefusal = (rpc: string, traceId: string, err: unknown) => void

const QUIET_MS = 1_000

/** Warns at most once a second for each RPC, and counts the rest: in an outage every request is refused. */
export function createRefusalLog(log: Logger): NoteRefusal {
  const noted = new Map<string, { at: number; unmentioned: number }>()
  return (rpc, traceId, err) => {
    const now = performance.now()
    const last = noted.get(rpc)
    if (last && now - last.at < QUIET_MS) {
      last.unmentioned++
      return
    }
    noted.set(rpc, { at: now, unmentioned: 0 })
    log.warn({ err, rpc, trace_id: traceId, unmentioned: last?.unmentioned ?? 0 }, 'request refused')
  }
}

import { setTimeout as delay } from 'node:timers/promises'
import type { Supervised } from './supervise.ts'

const POLL_MS = 50
const REPORT_MS = 10_000
const MOST_FAILED_STARTS = 5

export interface Waiting {
  /** Of this process so far; kept up to date by whoever supervises it. */
  deaths: { count: number; last: string }
  print: (line: string) => void
  signal: AbortSignal
}

/** Waits for a first readiness and says what is missing when it takes long; rejects when the start fails too often. */
export async function readyOnce(one: Supervised, { deaths, print, signal }: Waiting): Promise<void> {
  const { name, logFile } = one.spec
  const since = performance.now()
  let reportAt = since + REPORT_MS
  for (;;) {
    signal.throwIfAborted()
    if (deaths.count >= MOST_FAILED_STARTS) throw new Error(deaths.last)
    const missing = await missingPart(one)
    if (missing === undefined) break
    if (performance.now() > reportAt) {
      print(`${name} is not ready yet: ${missing} (log: ${logFile})`)
      reportAt += REPORT_MS
    }
    await delay(POLL_MS)
  }
  print(`${name} is ready (${((performance.now() - since) / 1_000).toFixed(1)} s)`)
}

/** Undefined once the process can be used. */
async function missingPart({ spec, state }: Supervised): Promise<string | undefined> {
  const pid = state()?.pid
  if (pid === undefined) return 'it has not been started'
  try {
    await spec.checkReady(pid)
    return undefined
  } catch (err) {
    return (err as Error).message
  }
}

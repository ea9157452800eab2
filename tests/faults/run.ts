import { setTimeout as delay } from 'node:timers/promises'
import { checkWorkload } from './check.ts'
import { violation } from './checker.ts'
import type { Fault } from './fault.ts'
import { sumNotes, type Notes } from './notes.ts'
import { everyKind, faultPlan, nameOf } from './plan.ts'
import { createRandom } from './random.ts'
import { PARTS, strike, type Recovery } from './recovery.ts'
import { makeReport, recoveryHead, recoveryRow, type Report } from './report.ts'
import type { Stand } from './stand.ts'
import { within } from './within.ts'
import { startWorkload } from './workload.ts'

export interface RunOptions {
  seed: number
  /** Faults go on for so long; at least each kind of them happens once. */
  minutes: number
  /** Of all clients together, while nothing is wrong. */
  sendsPerSecond: number
  print: (line: string) => void
  /** Those that happen in any case. */
  kinds?: readonly Fault[]
}

/** What a system needs to be set to: nobody is held back, and tokens and silent sockets end while faults last. */
export const SYSTEM_ENV = {
  LANES: '4',
  ADDRESS_LIMIT_FACTOR: '1000',
  PERSON_LIMIT_FACTOR: '1000',
  SEND_RATE: '1000',
  SEND_BURST: '10000',
  ACCESS_TOKEN_TTL: '20',
  HEARTBEAT_MS: '5000',
  DRAIN_SECONDS: '0',
}

const LEAST_PAIRS = 20
const SENDS_PER_PAIR = 10
const GROUPS = 4
const LIKES = 700
const LEAST_MS = 180_000
const QUIET_MS = 1_000
const SETTLE_MS = 60_000
/** Of all renewals: more sessions that are lost in outages are a defect and no bad luck. */
const MOST_OUTLIVED = 0.01
const LEAST_CHECK_MS = 120_000

/** Faults over a working system, and at the end the check that nothing was lost, doubled, swapped or left half done. */
export async function runFaults(stand: Stand, options: RunOptions): Promise<Report> {
  const { seed, minutes, sendsPerSecond, print, kinds = everyKind } = options
  const lastsMs = minutes * 60_000
  await using workload = await startWorkload({
    ...{ gateways: stand.doors, seed, groups: GROUPS, sendsPerSecond },
    pairs: Math.max(LEAST_PAIRS, Math.round(sendsPerSecond / SENDS_PER_PAIR)),
    likeEveryMs: Math.max(lastsMs, LEAST_MS) / LIKES,
  })
  print(`seed ${seed}`)
  print(recoveryHead)
  const random = createRandom(seed)
  const recoveries: Recovery[] = []
  const startedAt = performance.now()
  const running = await stand.pids()
  for (const faults of faultPlan({ random, kinds, has: (name) => running.has(name) })) {
    if (recoveries.length >= kinds.length && performance.now() - startedAt > lastsMs) break
    await delay(QUIET_MS * (0.5 + random.next()))
    if (faults === null) continue
    const at = (performance.now() - startedAt) / 1_000
    const recovery = { at, ...(await strike({ stand, workload, random, faults })) }
    recoveries.push(recovery)
    print(recoveryRow(recovery))
    for (const miss of recovery.misses) print(`  ${miss}`)
  }
  const unsettled = await workload.settle(SETTLE_MS)

  const notes = sumNotes(workload.clients.map((client) => client.notes))
  const { stored, violations } = await within(
    LEAST_CHECK_MS + lastsMs,
    'to compare all that was said',
    checkWorkload(stand.gateways, workload),
  ).catch(({ message }: Error) => ({ stored: 0, violations: [violation('other', message)] }))
  const found = [...recoveries.flatMap(faultsOf), ...unsettled, ...faultsIn(notes)].map((text) =>
    violation('other', text),
  )
  const report = makeReport({
    seed,
    startedAt,
    recoveries,
    workload,
    notes,
    stored,
    violations: [...found, ...violations],
  })
  for (const line of report.counts) print(line)
  for (const { kind, text } of report.violations) print(`FAULT ${kind}: ${text}`)
  return report
}

const faultsIn = ({ faults, outlived, renewals }: Notes): string[] =>
  outlived > MOST_OUTLIVED * renewals ? [...faults, `${outlived} sessions ended in outages`] : faults

function faultsOf(recovery: Recovery): string[] {
  const { faults, misses } = recovery
  const late = PARTS.filter((part) => recovery[part] === undefined).map(
    (part) => `${part} did not come back after ${nameOf(faults)}`,
  )
  // Of several at once each may take away what another one would have hit.
  return faults.length > 1 ? late : [...late, ...misses]
}

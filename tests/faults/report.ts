import type { Violation } from './checker.ts'
import type { Notes } from './notes.ts'
import { nameOf } from './plan.ts'
import { PARTS, type Recovery } from './recovery.ts'
import type { Workload } from './workload.ts'

/** What a run found. Without violations, every acknowledged message is stored and shown once, and every match is whole. */
export interface Report {
  seed: number
  seconds: number
  acknowledged: number
  /** In each second of the run. */
  acksPerSecond: readonly number[]
  recoveries: readonly Recovery[]
  /** In sentences. */
  counts: readonly string[]
  violations: readonly Violation[]
}

export const seconds = (ms: number | undefined): string =>
  ms === undefined ? 'never' : (ms / 1_000).toFixed(2)

const NAME_WIDTH = 58
const WIDTH = 10
const row = ([name = '', ...cells]: readonly string[]): string =>
  name.padEnd(NAME_WIDTH) + cells.map((cell) => cell.padStart(WIDTH)).join('')

export const HEADS = ['messages', 'log-in', 'newcomer', 'match', 'healthz', 'closes']
export const recoveryHead = row(['seconds after', ...HEADS])

export const recoveryRow = (recovery: Recovery): string =>
  row([nameOf(recovery.faults), ...PARTS.map((part) => seconds(recovery[part])), String(recovery.closes)])

export interface Findings {
  seed: number
  /** Of `performance.now()`. */
  startedAt: number
  recoveries: readonly Recovery[]
  workload: Workload
  notes: Notes
  stored: number
  violations: readonly Violation[]
}

export function makeReport(findings: Findings): Report {
  const { seed, startedAt, recoveries, workload, violations } = findings
  const ackedAt = workload.talks.flatMap(({ sends }) => sends.flatMap((send) => send.ackedAt ?? []))
  const acksPerSecond: number[] = []
  for (const at of ackedAt) {
    const second = Math.max(0, Math.floor((at - startedAt) / 1_000))
    acksPerSecond[second] = (acksPerSecond[second] ?? 0) + 1
  }
  return {
    ...{ seed, recoveries, violations, acknowledged: ackedAt.length, counts: countLines(findings) },
    seconds: acksPerSecond.length,
    acksPerSecond: Array.from(acksPerSecond, (count = 0) => count),
  }
}

function countLines({ workload, notes, stored }: Findings): string[] {
  const { talks, likes, clients, wanderers } = workload
  const sends = talks.flatMap((talk) => talk.sends)
  const acked = sends.filter(({ acks }) => acks.length > 0).length
  const changes = sends.flatMap(({ change }) => change ?? [])
  const changed = changes.filter(({ isAcked }) => isAcked).length
  const screens = talks.reduce((sum, talk) => sum + talk.screens.length, 0)
  return [
    `${clients.length} clients in ${talks.length} conversations: ${sends.length} sends begun, ${acked} acknowledged, ${sends.length - acked} without an answer`,
    `${stored} stored (${stored - acked} of those without an answer), compared on ${screens} screens`,
    `${changes.length} of them edited, deleted or reacted to, ${changed} of those acknowledged; ${wanderers.length} people left groups and came back`,
    `${likes.length} matches; ${notes.connects} sessions opened, ${notes.closes} closed by faults, ${notes.renewals} tokens renewed, ${notes.outlived} sessions lost while no renewal was answered for 10 s`,
    `${notes.refused} refusals to be tried again, ${notes.dropped} frames that came again, ${notes.gaps} gaps, ${notes.pulls} pulls`,
  ]
}

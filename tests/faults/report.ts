import type { Notes } from './notes.ts'
import { faultName } from './plan.ts'
import type { Recovery } from './recovery.ts'
import type { Workload } from './workload.ts'

/** What a run found. Without faults, every acknowledged message is stored and shown once, and every match is whole. */
export interface Report {
  seed: number
  recoveries: Recovery[]
  faults: string[]
}

const seconds = (ms: number | undefined): string => (ms === undefined ? 'never' : (ms / 1_000).toFixed(2))

const COLUMNS = [38, 9, 9, 9, 10, 9, 8]
const row = (cells: readonly string[]): string =>
  cells
    .map((cell, index) => (index === 0 ? cell.padEnd(COLUMNS[0] ?? 0) : cell.padStart(COLUMNS[index] ?? 0)))
    .join('')

export const recoveryHead = row([
  ...['seconds after', 'messages', 'log-in', 'match', 'newcomer', 'healthz', 'closes'],
])

export const recoveryRow = ({ fault, closes, ...times }: Recovery): string => {
  const { messages, logIn, match, newcomer, health } = times
  return row([faultName(fault), ...[messages, logIn, match, newcomer, health].map(seconds), String(closes)])
}

/** Counts of a run that has ended. */
export function countLines({ talks, likes, clients }: Workload, notes: Notes, stored: number): string[] {
  const sends = talks.flatMap((talk) => talk.sends)
  const acked = sends.filter(({ acks }) => acks.length > 0)
  const unknown = sends.length - acked.length
  const changes = sends.flatMap(({ change }) => change ?? [])
  const changed = changes.filter(({ isAcked }) => isAcked).length
  const shown = talks.map(({ conversation_id, clients: both }) =>
    both.map((client) => client.log(conversation_id).messages.size),
  )
  return [
    `${clients.length} clients in ${talks.length} conversations: ${sends.length} sends begun, ${acked.length} acknowledged, ${unknown} without an answer`,
    `${stored} stored (${stored - acked.length} of those without an answer), ${sum(shown.map(([a = 0]) => a))} and ${sum(shown.map(([, b = 0]) => b))} shown by the two sides`,
    `${changes.length} of them edited, deleted or reacted to, ${changed} of those acknowledged`,
    `${likes.length} matches; ${notes.connects} sessions opened, ${notes.closes} closed by faults, ${notes.renewals} tokens renewed`,
    `${notes.refused} refusals to be tried again, ${notes.dropped} frames that came again, ${notes.gaps} gaps, ${notes.pulls} pulls`,
  ]
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)

import { faultName, type Recovery } from './nemesis.ts'
import type { Notes } from './notes.ts'
import type { Workload } from './workload.ts'

/** What a run found. Without faults, every acknowledged message is stored and shown once, and every match is whole. */
export interface Report {
  seed: number
  recoveries: Recovery[]
  faults: string[]
}

const seconds = (ms: number | undefined): string => (ms === undefined ? 'never' : (ms / 1_000).toFixed(2))

const COLUMNS = [22, 10, 8, 8, 9, 8]
const row = (cells: readonly string[]): string =>
  cells
    .map((cell, index) => (index === 0 ? cell.padEnd(COLUMNS[0] ?? 0) : cell.padStart(COLUMNS[index] ?? 0)))
    .join('')

export const recoveryHead = row(['seconds after', 'messages', 'log-in', 'match', 'healthz', 'closes'])

export const recoveryRow = ({ fault, messages, logIn, match, health, closes }: Recovery): string =>
  row([faultName(fault), seconds(messages), seconds(logIn), seconds(match), seconds(health), String(closes)])

/** Counts of a run that has ended. */
export function countLines({ talks, likes, clients }: Workload, notes: Notes, stored: number): string[] {
  const sends = talks.flatMap((talk) => talk.sends)
  const acked = sends.filter(({ acks }) => acks.length > 0)
  const unknown = sends.length - acked.length
  const shown = talks.map(({ conversation_id, clients: both }) =>
    both.map((client) => client.log(conversation_id).applied.length),
  )
  return [
    `${clients.length} clients in ${talks.length} conversations: ${sends.length} sends begun, ${acked.length} acknowledged, ${unknown} without an answer`,
    `${stored} stored (${stored - acked.length} of those without an answer), ${sum(shown.map(([a = 0]) => a))} and ${sum(shown.map(([, b = 0]) => b))} shown by the two sides`,
    `${likes.length} matches; ${notes.connects} sessions opened, ${notes.closes} closed by faults, ${notes.renewals} tokens renewed`,
    `${notes.refused} refusals to be tried again, ${notes.dropped} frames that came again, ${notes.gaps} gaps, ${notes.pulls} pulls`,
  ]
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)

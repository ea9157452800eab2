import { checkWorkload } from '../faults/check.ts'
import { sumNotes } from '../faults/notes.ts'
import type { Workload } from '../faults/workload.ts'

export interface RollOptions {
  seed: number
  pairs: number
  sendsPerSecond: number
  /** Of load alone, before the first process is replaced and after the last one. */
  steadySeconds: number
  drainSeconds: number
  print: (line: string) => void
}

/** What a roll did to people who talked meanwhile. */
export interface Rolled {
  sends: number
  /** How often a client had to open another socket. */
  moves: number
  /** In words; none where nothing was lost, doubled, or refused for good. */
  faults: readonly string[]
}

const SETTLE_MS = 60_000

/** Lets everything come to its end, looks at it, and says what was seen. */
export async function conclude(
  gateways: readonly string[],
  workload: Workload,
  print: RollOptions['print'],
): Promise<Rolled> {
  const unsettled = await workload.settle(SETTLE_MS)
  const { connects, closes, pulls, refused, faults } = sumNotes(workload.clients.map(({ notes }) => notes))
  const sends = workload.talks.flatMap((talk) => talk.sends)
  const unanswered = sends.filter(({ isOnce, acks }) => !isOnce && acks.length === 0)
  const { stored, violations } = await checkWorkload(gateways, workload)
  print(
    `${sends.length} sends of ${workload.clients.length} clients, ${unanswered.length} without an answer, ${stored} stored; ` +
      `${connects} connects, ${closes} closes, ${pulls} pulls, ${refused} refusals that were repeated`,
  )
  const acked = sends.flatMap(({ ackedAt, begunAt }) => (ackedAt === undefined ? [] : [ackedAt - begunAt]))
  print(`from send to acknowledgement: ${times(acked)}`)
  const shown = sends.flatMap(({ shownAt, begunAt }) => (shownAt === undefined ? [] : [shownAt - begunAt]))
  print(`from send to the other one's screen: ${times(shown)}`)
  return {
    ...{ sends: sends.length, moves: closes },
    faults: [
      ...unanswered.map(({ content }) => `never answered: ${content}`),
      ...unsettled,
      ...faults,
      ...violations.map((violation) => JSON.stringify(violation)),
    ],
  }
}

function times(ms: readonly number[]): string {
  const sorted = ms.toSorted((a, b) => a - b)
  const at = (part: number): number =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0)
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms`
}

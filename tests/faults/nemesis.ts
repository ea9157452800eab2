import { setTimeout as delay } from 'node:timers/promises'
import type { System } from '@parley/local-stack'
import { call } from '../client/http.ts'
import type { Random } from './random.ts'
import { sumNotes } from './notes.ts'
import type { Workload } from './workload.ts'

/** What is done to the system at one instant. */
export interface Fault {
  targets: readonly string[]
  /** Stopped for so long and continued, instead of killed. */
  pauseMs?: number
}

/** Milliseconds from the fault to the first that was begun after it and succeeded; undefined when it took too long. */
export interface Recovery {
  fault: Fault
  /** A message on every pair, acknowledged and shown. */
  messages: number | undefined
  logIn: number | undefined
  match: number | undefined
  /** Every gateway's `/healthz`, with new processes in place of the killed ones. */
  health: number | undefined
  /** Sockets that the fault closed. */
  closes: number
}

const PROCESSES = ['gateway-1', 'messaging', 'matching', 'auth', 'nats', 'postgres']
const PAUSE: Fault = { targets: ['messaging'], pauseMs: 5_000 }
const QUIET_PART = 0.25
const LONGEST_MS = 60_000
/** As the contract says. */
const HEALTHY_WITHIN_MS = 45_000
const LOOK_MS = 50
// A request that was on its way to a killed process is answered after its full patience.
const LOG_IN_MS = 1_000

/** Each process once, in an order of chance, and a pause; then any of them at once, with quiet periods between (null). */
export function* faultPlan(random: Random): Generator<Fault | null> {
  for (const target of random.shuffled(PROCESSES)) yield { targets: [target] }
  yield PAUSE
  for (;;) {
    const all = [...PROCESSES, 'gateway-2']
    const some = random.shuffled(all).slice(0, 1 + random.below(3))
    yield random.next() < QUIET_PART ? null : random.next() < QUIET_PART ? PAUSE : { targets: some }
  }
}

export const faultName = ({ targets, pauseMs }: Fault): string =>
  pauseMs === undefined ? targets.join(' + ') : `${targets.join(' + ')} paused`

/** Strikes, and waits until all works again. */
export async function strike(system: System, workload: Workload, fault: Fault): Promise<Recovery> {
  const before = await pidsOf(system, fault)
  const closes = countCloses(workload)
  if (fault.pauseMs !== undefined) {
    await signal(system, fault, 'SIGSTOP')
    await delay(fault.pauseMs)
  }
  const at = performance.now()
  await signal(system, fault, fault.pauseMs === undefined ? 'SIGKILL' : 'SIGCONT')
  const [messages, logIn, match, health] = await Promise.all([
    since(at, () => firstDelivery(workload, at)),
    since(at, () => logInOnce(system, workload)),
    since(at, () => firstMatch(workload, at)),
    since(at, () => healthy(system, fault, before), HEALTHY_WITHIN_MS),
  ])
  return { fault, messages, logIn, match, health, closes: countCloses(workload) - closes }
}

async function signal(system: System, { targets }: Fault, name: NodeJS.Signals): Promise<void> {
  await Promise.all(targets.map((target) => system.kill(target, name)))
}

async function pidsOf(system: System, { targets, pauseMs }: Fault): Promise<number[]> {
  if (pauseMs !== undefined) return []
  const { processes } = await system.state()
  return processes.filter(({ name }) => targets.includes(name)).map(({ pid }) => pid)
}

const countCloses = ({ clients }: Workload): number => sumNotes(clients.map(({ notes }) => notes)).closes

/** When a look says so: the time of the event, from `at`. */
async function since(
  at: number,
  look: () => Promise<number | undefined> | number | undefined,
  longestMs = LONGEST_MS,
): Promise<number | undefined> {
  while (performance.now() - at < longestMs) {
    const found = await look()
    if (found !== undefined) return Math.max(0, found - at)
    await delay(LOOK_MS)
  }
  return undefined
}

function firstDelivery({ talks }: Workload, at: number): number | undefined {
  const firsts = talks.map(({ sends }) => {
    const begun = sends.slice(sends.findLastIndex(({ begunAt }) => begunAt <= at) + 1)
    return Math.min(
      ...begun.map(({ ackedAt = Infinity, appliedAt = Infinity }) => Math.max(ackedAt, appliedAt)),
    )
  })
  const last = Math.max(...firsts)
  return last === Infinity ? undefined : last
}

function firstMatch({ likes }: Workload, at: number): number | undefined {
  const first = Math.min(
    ...likes.map(({ begunAt, matchedAt = Infinity }) => (begunAt > at ? matchedAt : Infinity)),
  )
  return first === Infinity ? undefined : first
}

async function logInOnce({ gateways }: System, { clients }: Workload): Promise<number | undefined> {
  const { username, password } = (clients[0] as Workload['clients'][0]).person
  const answers = await Promise.all(
    gateways.map((gateway) => {
      const json = { identifier: username, password }
      return call(`${gateway}/api/auth/login`, { method: 'POST', json, timeoutMs: LOG_IN_MS }).catch(
        () => undefined,
      )
    }),
  )
  return answers.every((answer) => answer?.status === 200) ? performance.now() : undefined
}

async function healthy(system: System, fault: Fault, before: number[]): Promise<number | undefined> {
  const now = await pidsOf(system, fault).catch(() => before)
  if (now.some((pid) => before.includes(pid))) return undefined
  const answers = await Promise.all(
    system.gateways.map((gateway) => call(`${gateway}/healthz`).catch(() => undefined)),
  )
  return answers.every((answer) => answer?.status === 200) ? performance.now() : undefined
}

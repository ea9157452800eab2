import { setTimeout as delay } from 'node:timers/promises'
import type { Candidate } from '@parley/protocol'
import type { System } from '@parley/local-stack'
import { call, fetchOk } from '../client/http.ts'
import { register } from '../client/people.ts'
import type { Client } from './client.ts'
import { sumNotes } from './notes.ts'
import { inflict, type Fault } from './plan.ts'
import type { Workload } from './workload.ts'

/** Milliseconds from the fault to the first that was begun after it and succeeded; undefined when it took too long. */
export interface Recovery {
  fault: Fault
  /** A message on every pair, acknowledged and shown. */
  messages: number | undefined
  logIn: number | undefined
  match: number | undefined
  /** Somebody registers and is seen among the candidates, of which matching learns by an event. */
  newcomer: number | undefined
  /** Every gateway's `/healthz`, with other processes in place of those that ended. */
  health: number | undefined
  /** Sockets that the fault closed. */
  closes: number
}

type Look = () => Promise<number | undefined> | number | undefined

const LONGEST_MS = 60_000
/** As the contract says. */
const HEALTHY_WITHIN_MS = 45_000
const LOOK_MS = 50
// A request that was on its way to a killed process is answered after its full patience.
const LOG_IN_MS = 1_000

/** Strikes, and waits until all works again. */
export async function strike(system: System, workload: Workload, fault: Fault): Promise<Recovery> {
  const before = await pidsOf(system, fault)
  const closes = countCloses(workload)
  await inflict(system, fault)
  const at = performance.now()
  const [messages, logIn, match, newcomer, health] = await Promise.all([
    since(at, () => firstDelivery(workload, at)),
    since(at, () => logInOnce(system, workload)),
    since(at, () => firstMatch(workload, at)),
    since(at, lookForNewcomer(system, workload.clients[0] as Client)),
    since(at, () => healthy(system, fault, before), HEALTHY_WITHIN_MS),
  ])
  return { fault, messages, logIn, match, newcomer, health, closes: countCloses(workload) - closes }
}

async function pidsOf(system: System, { targets, how }: Fault): Promise<number[]> {
  if (how === 'paused') return []
  const { processes } = await system.state()
  return processes.filter(({ name }) => targets.includes(name)).map(({ pid }) => pid)
}

const countCloses = ({ clients }: Workload): number => sumNotes(clients.map(({ notes }) => notes)).closes

/** When a look says so: the time of the event, from `at`. */
async function since(at: number, look: Look, longestMs = LONGEST_MS): Promise<number | undefined> {
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
    return Math.min(...begun.map(({ ackedAt = Infinity, shownAt = Infinity }) => Math.max(ackedAt, shownAt)))
  })
  const last = Math.max(...firsts)
  return last === Infinity ? undefined : last
}

function firstMatch({ likes }: Workload, at: number): number | undefined {
  const begun = likes.filter(({ begunAt }) => begunAt > at)
  const first = Math.min(...begun.map(({ matchedAt = Infinity }) => matchedAt))
  return first === Infinity ? undefined : first
}

async function logInOnce({ gateways }: System, { clients }: Workload): Promise<number | undefined> {
  const { username, password } = (clients[0] as Client).person
  const json = { identifier: username, password }
  const answers = await Promise.all(
    gateways.map((gateway) =>
      call(`${gateway}/api/auth/login`, { method: 'POST', json, timeoutMs: LOG_IN_MS }).catch(
        () => undefined,
      ),
    ),
  )
  return answers.every((answer) => answer?.status === 200) ? performance.now() : undefined
}

function lookForNewcomer({ gateways }: System, { credentials }: Client): Look {
  let id: number | undefined
  return async () => {
    try {
      id ??= (await register(gateways[0] as string, 'newcomer')).id
      const token = await credentials.token()
      const url = `${gateways.at(-1)}/api/matching/candidates?limit=200`
      const { items } = await fetchOk<{ items: Candidate[] }>(url, { token })
      return items.some(({ user }) => user.id === id) ? performance.now() : undefined
    } catch {
      // Refused, or cut off: it is tried again.
      return undefined
    }
  }
}

async function healthy(system: System, fault: Fault, before: number[]): Promise<number | undefined> {
  const now = await pidsOf(system, fault).catch(() => before)
  if (now.some((pid) => before.includes(pid))) return undefined
  const answers = await Promise.all(
    system.gateways.map((gateway) => call(`${gateway}/healthz`).catch(() => undefined)),
  )
  return answers.every((answer) => answer?.status === 200) ? performance.now() : undefined
}

import { setTimeout as delay } from 'node:timers/promises'
import type { Candidate } from '@parley/protocol'
import { call, fetchOk } from '../client/http.ts'
import { like, register, type Person } from '../client/people.ts'
import type { Client } from './client.ts'
import { sumNotes } from './notes.ts'
import type { Fault } from './fault.ts'
import type { Random } from './random.ts'
import type { Stand } from './stand.ts'
import { within } from './within.ts'
import type { Workload } from './workload.ts'

/** Milliseconds from the end of the faults to the first that was begun after it and succeeded; undefined when it took too long. */
export interface Recovery {
  faults: readonly Fault[]
  /** Seconds since the run began. */
  at: number
  /** A message in every conversation, acknowledged and shown. */
  messages: number | undefined
  logIn: number | undefined
  /** Somebody registers and is seen among the candidates, of which matching learns by an event. */
  newcomer: number | undefined
  /** The newcomer and somebody who was there before like each other. */
  match: number | undefined
  /** Every gateway's `/healthz`, with other processes in place of those that ended, and the servers of NATS one cluster. */
  health: number | undefined
  /** Sockets that the fault closed. */
  closes: number
  /** Faults that did not happen as they should, in words. */
  misses: readonly string[]
}

/** The parts whose return is looked for. */
export const PARTS = ['messages', 'logIn', 'newcomer', 'match', 'health'] as const

type Look = () => Promise<number | undefined> | number | undefined

const LONGEST_MS = 60_000
/** As the contract says. */
const HEALTHY_WITHIN_MS = 45_000
const LOOK_MS = 50
// A request that was on its way to a killed process is answered after its full patience.
const LOG_IN_MS = 3_000

export interface Strike {
  stand: Stand
  workload: Workload
  random: Random
  faults: readonly Fault[]
}

/** Lets faults happen, several at once, and waits until all works again. */
export async function strike({ stand, workload, random, faults }: Strike): Promise<Omit<Recovery, 'at'>> {
  const ends = faults.flatMap((fault) => fault.ends)
  const before = await pidsOf(stand, ends)
  const closes = countCloses(workload)
  const inflicted = faults.map(async (fault) => {
    await fault.inflict({ stand, clients: workload.clients, random })
  })
  const outcomes = await Promise.allSettled(inflicted)
  const misses = outcomes.flatMap((outcome, index) =>
    outcome.status === 'rejected' ? [`${faults[index]!.kind}: ${(outcome.reason as Error).message}`] : [],
  )
  const at = performance.now()
  const newcomer = followNewcomer(stand, workload.clients[0] as Client)
  const [messages, logIn, match, seen, health] = await Promise.all([
    since(at, () => firstDelivery(workload, at)),
    since(at, () => logInOnce(stand, workload)),
    since(at, newcomer.match),
    since(at, newcomer.look),
    since(at, () => healthy(stand, ends, before), HEALTHY_WITHIN_MS),
  ])
  const closed = countCloses(workload) - closes
  return { faults, messages, logIn, match, newcomer: seen, health, closes: closed, misses }
}

async function pidsOf(stand: Stand, names: readonly string[]): Promise<(number | undefined)[]> {
  const pids = await stand.pids()
  return names.map((name) => pids.get(name))
}

const countCloses = ({ clients }: Workload): number => sumNotes(clients.map(({ notes }) => notes)).closes

/** When a look says so: the time of the event, from `at`. */
async function since(at: number, look: Look, longestMs = LONGEST_MS): Promise<number | undefined> {
  for (;;) {
    const leftMs = at + longestMs - performance.now()
    if (leftMs <= 0) return undefined
    // One that waits for a token may wait for ever.
    const found = await within(leftMs, 'a look', Promise.resolve(look())).catch(() => undefined)
    if (found !== undefined) return Math.max(0, found - at)
    await delay(LOOK_MS)
  }
}

function firstDelivery({ talks }: Workload, at: number): number | undefined {
  const firsts = talks.map(({ sends }) => {
    const begun = sends.slice(sends.findLastIndex(({ begunAt }) => begunAt <= at) + 1)
    return Math.min(...begun.map(({ ackedAt = Infinity, shownAt = Infinity }) => Math.max(ackedAt, shownAt)))
  })
  const last = Math.max(...firsts)
  return last === Infinity ? undefined : last
}

async function logInOnce({ gateways }: Stand, { clients }: Workload): Promise<number | undefined> {
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

/** Somebody who registers, is seen among the candidates, and then comes to a match. */
function followNewcomer({ gateways }: Stand, client: Client): { look: Look; match: Look } {
  const [first, last] = [gateways[0] as string, gateways.at(-1) as string]
  let newcomer: Person | undefined
  let isSeen = false
  const tried = async (attempt: () => Promise<boolean>): Promise<number | undefined> =>
    // Refused, or cut off: it is tried again.
    (await attempt().catch(() => false)) ? performance.now() : undefined
  return {
    look: () =>
      tried(async () => {
        newcomer ??= await register(first, 'newcomer')
        const { id } = newcomer
        const url = `${last}/api/matching/candidates?limit=200`
        const { items } = await fetchOk<{ items: Candidate[] }>(url, {
          token: await client.credentials.token(),
        })
        return (isSeen = items.some(({ user }) => user.id === id))
      }),
    match: () =>
      tried(async () => {
        // Who is matched is a candidate no more.
        if (!newcomer || !isSeen) return false
        const seer = await client.signedIn()
        await like(first, newcomer, seer)
        return (await like(last, seer, newcomer)).status === 'matched'
      }),
  }
}

async function healthy(
  stand: Stand,
  ends: readonly string[],
  before: readonly (number | undefined)[],
): Promise<number | undefined> {
  const now = await pidsOf(stand, ends)
  if (now.some((pid, index) => pid === undefined || pid === before[index])) return undefined
  await stand.natsServers.expectWhole()
  const answers = await Promise.all(
    stand.gateways.map((gateway) => call(`${gateway}/healthz`).catch(() => undefined)),
  )
  return answers.every((answer) => answer?.status === 200) ? performance.now() : undefined
}

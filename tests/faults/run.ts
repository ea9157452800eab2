import { setTimeout as delay } from 'node:timers/promises'
import type { System } from '@parley/local-stack'
import { inParallel } from '../client/in-parallel.ts'
import { listConversations, listMatches, listMessages, type Person } from '../client/people.ts'
import { conversationFaults, matchFaults } from './checker.ts'
import type { Client } from './client.ts'
import { sumNotes } from './notes.ts'
import { faultName, faultPlan, FIRST_FAULTS } from './plan.ts'
import { createRandom } from './random.ts'
import { strike, type Recovery } from './recovery.ts'
import { countLines, recoveryHead, recoveryRow, type Report } from './report.ts'
import { startWorkload, type Workload } from './workload.ts'

export interface RunOptions {
  seed: number
  /** Faults go on for so long; at least each process is killed once, and the special ones happen. */
  minutes: number
  print: (line: string) => void
}

/** What a system needs to be set to: nobody is held back, and tokens end while faults last. */
export const SYSTEM_ENV = { ADDRESS_LIMIT_FACTOR: '1000', ACCESS_TOKEN_TTL: '20', DRAIN_SECONDS: '0' }

const PAIRS = 20
const SEND_EVERY_MS = 400
const LIKES = 700
const LEAST_MS = 180_000
/** There are likes left at the end, however slow the machine. */
const LIKES_LAST = 1.5
const QUIET_MS = 2_000
const SETTLE_MS = 60_000

/** Faults over a working system, and at the end the check that nothing was lost, doubled, swapped or left half done. */
export async function runFaults(system: System, { seed, minutes, print }: RunOptions): Promise<Report> {
  const lastsMs = minutes * 60_000
  await using workload = await startWorkload({
    gateways: system.gateways,
    seed,
    pairs: PAIRS,
    sendEveryMs: SEND_EVERY_MS,
    likeEveryMs: Math.max(lastsMs * LIKES_LAST, LEAST_MS) / LIKES,
  })
  print(`seed ${seed}`)
  print(recoveryHead)
  const random = createRandom(seed)
  const recoveries: Recovery[] = []
  const endsAt = performance.now() + lastsMs
  for (const fault of faultPlan(random)) {
    if (recoveries.length >= FIRST_FAULTS && performance.now() > endsAt) break
    await delay(QUIET_MS * (0.5 + random.next()))
    if (fault === null) continue
    const recovery = await strike(system, workload, fault)
    recoveries.push(recovery)
    print(recoveryRow(recovery))
  }
  await workload.settle(SETTLE_MS)

  const notes = sumNotes(workload.clients.map((client) => client.notes))
  const talks = await checkTalks(system, workload)
  for (const line of countLines(workload, notes, talks.stored)) print(line)
  const faults = [
    ...recoveries.flatMap(lateParts),
    ...notes.faults,
    ...talks.faults,
    ...(await checkMatches(system, workload)),
  ]
  for (const fault of faults) print(`FAULT ${fault}`)
  return { seed, recoveries, faults }
}

function lateParts(recovery: Recovery): string[] {
  const parts = ['messages', 'logIn', 'newcomer', 'health'] as const
  return parts
    .filter((part) => recovery[part] === undefined)
    .map((part) => `${part} did not come back after ${faultName(recovery.fault)}`)
}

const withToken = async ({ person, credentials }: Client): Promise<Person> => ({
  ...person,
  token: await credentials.token(),
})

async function checkTalks({ gateways }: System, { talks }: Workload) {
  const checked = await inParallel(4, talks, async ({ conversation_id, clients, sends }) => {
    const stored = await inParallel(2, [...clients.entries()], async ([index, client]) =>
      listMessages(gateways[index] as string, await withToken(client), conversation_id),
    )
    const logs = clients.map((client) => client.log(conversation_id))
    const shown = logs.map(({ messages }) => [...messages.values()].sort((a, b) => a.seq - b.seq))
    const strays = logs.flatMap((log) =>
      log.strays > 0 ? [`${log.strays} changes of messages never shown`] : [],
    )
    return {
      stored: stored[0]?.length ?? 0,
      faults: [...strays, ...conversationFaults({ conversation_id, sends, stored, shown })],
    }
  })
  return {
    stored: checked.reduce((sum, { stored }) => sum + stored, 0),
    faults: checked.flatMap(({ faults }) => faults),
  }
}

async function checkMatches({ gateways }: System, { clients, likes }: Workload): Promise<string[]> {
  const gateway = gateways[0] as string
  const lists = new Map(
    await inParallel(4, clients, async (client) => {
      const person = await withToken(client)
      const found = {
        matches: await listMatches(gateway, person),
        conversations: await listConversations(gateway, person),
      }
      return [client, found] as const
    }),
  )
  return likes.flatMap(({ clients: both }) =>
    matchFaults({
      people: [both[0].person.id, both[1].person.id],
      matches: both.map((client) => lists.get(client)?.matches ?? []),
      conversations: both.map((client) => lists.get(client)?.conversations ?? []),
      told: both.map((client) => client.matches),
    }),
  )
}

import { setTimeout as delay } from 'node:timers/promises'
import { RpcError } from '@parley/client'
import type { System } from '@parley/local-stack'
import type { Conversation, Tokens } from '@parley/protocol'
import { eventually } from '@parley/testkit'
import * as fc from 'fast-check'
import { fetchOk } from '../client/http.ts'
import type { RunOptions } from '../client/run-options.ts'
import { registerMany, type Person } from '../client/people.ts'
import { differences } from './differences.ts'
import { Device, type Sight } from './device.ts'
import { perform, storyOf, type Story } from './steps.ts'
import { checkUnread, readTruth } from './truth.ts'

/** Nobody is held back, and no session has to be renewed. */
export const SYSTEM_ENV = {
  ADDRESS_LIMIT_FACTOR: '100000',
  PERSON_LIMIT_FACTOR: '100000',
  SEND_RATE: '100000',
  SEND_BURST: '100000',
  ACCESS_TOKEN_TTL: '86400',
  DRAIN_SECONDS: '0',
}

export interface Run extends RunOptions {
  print: (line: string) => void
}

export interface Report {
  stories: number
  steps: number
  /** The smallest story found that ends with two truths; undefined when there is none. */
  failure: string | undefined
}

/** By person: two have two devices, one has one. */
const OWNERS = [0, 0, 1, 1, 2]
const PATIENCE_MS = 60_000
/** For a story that fails, and for smaller ones that fail too. */
const SHRINK_FOR_MS = 300_000

/**
 * Stories of several devices in one group, over two gateways that lose, double and break: however they end, every client
 * shows what Postgres has. The first person owns the group.
 */
export async function runStories(system: System, { seed, minutes, print }: Run): Promise<Report> {
  const people = await registerMany(system.gateways, 3)
  const sessions = await Promise.all(OWNERS.map((owner) => logIn(system, people[owner] as Person)))
  print(`seed ${seed}`)
  let stories = 0
  let steps = 0
  const holds = fc.asyncProperty(storyOf(OWNERS.length), async (story) => {
    stories += 1
    steps += story.steps.length
    await tell(system, { people, sessions }, story)
  })
  // One after the other, each to its end: what a limit of time cut off would be what never ends with one truth.
  const until = performance.now() + minutes * 60_000
  let details: fc.RunDetails<[Story]>
  do {
    const next = { seed: seed + stories, numRuns: 1, interruptAfterTimeLimit: SHRINK_FOR_MS }
    details = await fc.check(holds, next)
  } while (!details.failed && performance.now() < until)
  print(`${stories} stories of ${steps} steps`)
  return { stories, steps, failure: details.failed ? reportOf(details) : undefined }
}

const reportOf = (details: fc.RunDetails<[Story]>): string =>
  [
    `seed ${details.seed}, path ${details.counterexamplePath}, shrunk ${details.numShrinks} times`,
    JSON.stringify(details.counterexample?.[0]),
    String(details.errorInstance),
  ].join('\n')

const logIn = ({ gateways }: System, { username, password }: Person): Promise<Tokens> =>
  fetchOk<Tokens>(`${gateways[0]}/api/auth/login`, {
    ...{ method: 'POST', json: { identifier: username, password } },
  })

interface Cast {
  people: readonly Person[]
  sessions: readonly Tokens[]
}

async function tell(system: System, { people, sessions }: Cast, { steps, weather }: Story): Promise<void> {
  const { gateways } = system
  const [owner, ...others] = people as [Person, ...Person[]]
  const ids = people.map(({ id }) => id)
  const { id: room } = await fetchOk<Conversation>(`${gateways[0]}/api/conversations`, {
    ...{ method: 'POST', token: owner.token },
    json: { kind: 'group', title: 'title', user_ids: others.map(({ id }) => id) },
  })
  await using stack = new AsyncDisposableStack()
  const devices = sessions.map((tokens, n) =>
    stack.use(new Device({ gateways, tokens, room, seed: weather + 10 * n })),
  )
  const done: Promise<unknown>[] = []
  for (const step of steps) {
    done.push(perform({ devices, people: ids, room }, step).catch(ignoreRefusal))
    if (step.pauseMs > 0) await delay(step.pauseMs)
  }
  for (const device of devices) device.calm()
  await Promise.all(done)

  await eventually(() => checkShown(system, { people, devices, room }), {
    timeoutMs: PATIENCE_MS,
    intervalMs: 200,
  })
  // Once: whatever it finds wrong it mends.
  for (const person of people) await checkUnread(gateways[0] as string, person, room)
}

/** What a step asks for may be forbidden, gone or lost by then. Everything else is a fault. */
function ignoreRefusal(error: unknown): void {
  if (error instanceof RpcError && error.code !== 'internal' && error.code !== 'invalid') return
  throw error
}

interface Ended {
  people: readonly Person[]
  devices: readonly Device[]
  room: number
}

async function checkShown({ gateways }: System, { people, devices, room }: Ended): Promise<void> {
  for (const [number, person] of people.entries()) {
    const truth = await readTruth(gateways[0] as string, person, room)
    const faults = devices.flatMap((device, at) =>
      OWNERS[at] === number ? faultsOf(device, truth).map((fault) => `device ${at}: ${fault}`) : [],
    )
    if (faults.length > 0) throw new Error(faults.join('\n'))
  }
}

function faultsOf(device: Device, truth: Sight): string[] {
  try {
    return differences(truth, device.sight())
  } catch (err) {
    return [(err as Error).message]
  }
}

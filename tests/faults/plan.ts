import {
  framesDoubled,
  framesLost,
  natsDiskFull,
  natsWiped,
  poisonEvents,
  streamsDamaged,
  streamsDeleted,
} from './kinds/bus.ts'
import { connectionsTaken, tablesLocked } from './kinds/database.ts'
import { broken, clientsDropped, halfOpenClients, parted, roughClients, roughNats } from './kinds/network.ts'
import { canMount } from './disks.ts'
import { clockJumps, descriptorsTaken, gatewaysInTurn, killed, paused, stopped } from './kinds/processes.ts'
import type { Fault } from './fault.ts'
import type { Random } from './random.ts'

const QUIET_PART = 0.25
const ORDERLY_PART = 0.15
const TOGETHER_PART = 0.2
const SEVERAL_PART = 0.3

/** Seconds. */
const HOUR = 3_600
/** Less than the leeway that a token has. */
const TOLERATED = 3

const processes = [
  'gateway-1',
  'gateway-2',
  'messaging',
  'messaging-2',
  'matching',
  'auth',
  'nats',
  'postgres',
]

/** Each of them happens in every run. */
export const everyKind: readonly Fault[] = [
  ...['gateway-1', 'messaging', 'matching', 'auth', 'nats', 'postgres'].map((target) => killed(target)),
  killed('messaging', 'messaging-2'),
  gatewaysInTurn,
  natsWiped,
  streamsDeleted,
  streamsDamaged,
  ...(canMount ? [natsDiskFull] : []),
  poisonEvents,
  ...(process.platform === 'linux' ? [descriptorsTaken('gateway-1')] : []),
  clockJumps('messaging', HOUR),
  clockJumps('messaging', -HOUR),
  clockJumps('gateway-1', TOLERATED),
  paused('messaging'),
  paused('gateway-1'),
  paused('matching', 'auth'),
  paused('nats'),
  paused('postgres'),
  parted('gateway-1', 'cut off from', 'nats'),
  parted('messaging', 'cut off from', 'nats'),
  parted('gateway-1', 'hearing nothing from', 'nats'),
  parted('messaging', 'not heard by', 'nats'),
  parted('messaging', 'cut off from', 'postgres'),
  parted('messaging', 'hearing nothing from', 'postgres'),
  parted('matching', 'cut off from', 'postgres'),
  broken('nats'),
  broken('postgres'),
  connectionsTaken,
  tablesLocked,
  clientsDropped,
  halfOpenClients,
  roughClients,
  roughNats,
  framesDoubled,
  framesLost,
]

export interface PlanOptions {
  random: Random
  kinds: readonly Fault[]
  /** Whether a process of this name is there to be ended. */
  has: (name: string) => boolean
}

/** Each kind once, in an order of chance; then anything, several at once too, with quiet periods between (null). */
export function* faultPlan(options: PlanOptions): Generator<readonly Fault[] | null> {
  const { random, kinds, has } = options
  const mortal = processes.filter(has)
  for (const fault of random.shuffled(kinds)) yield [fault]
  for (;;) yield random.next() < QUIET_PART ? null : anything(random, kinds, mortal)
}

function anything(random: Random, kinds: readonly Fault[], mortal: readonly string[]): readonly Fault[] {
  if (random.next() < ORDERLY_PART) return [stopped(random.pick(mortal))]
  if (random.next() < TOGETHER_PART) return [killed(...random.shuffled(mortal).slice(0, 2 + random.below(2)))]
  return random.shuffled(kinds).slice(0, random.next() < SEVERAL_PART ? 2 : 1)
}

export const nameOf = (faults: readonly Fault[]): string => faults.map(({ kind }) => kind).join(', ')

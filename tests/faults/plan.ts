import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { System } from '@parley/local-stack'
import type { Random } from './random.ts'

/** Stopped: by the signal that asks for an orderly end. Wiped: killed, and its data are gone when it comes back. */
export type How = 'killed' | 'killed in turn' | 'stopped' | 'paused' | 'wiped'

/** What is done to processes of the system. */
export interface Fault {
  targets: readonly string[]
  how: How
}

const PAUSE_MS = 5_000
const IN_TURN_MS = 400
const QUIET_PART = 0.25
const ORDERLY_PART = 0.2

const processes = ['gateway-1', 'messaging', 'matching', 'auth', 'nats', 'postgres']
const special: readonly Fault[] = [
  { targets: ['messaging'], how: 'paused' },
  // Those who resume on the second lose it amid their replay.
  { targets: ['gateway-1', 'gateway-2'], how: 'killed in turn' },
  // JetStream holds nothing that Postgres does not.
  { targets: ['nats'], how: 'wiped' },
]

/** How many of a plan's faults are not left to chance. */
export const FIRST_FAULTS = processes.length + special.length

/** Each process once, in an order of chance, and the special ones; then anything, with quiet periods between (null). */
export function* faultPlan(random: Random): Generator<Fault | null> {
  for (const target of random.shuffled(processes)) yield { targets: [target], how: 'killed' }
  yield* special
  for (;;) {
    const targets = random.shuffled([...processes, 'gateway-2']).slice(0, 1 + random.below(3))
    const how = random.next() < ORDERLY_PART ? 'stopped' : 'killed'
    if (random.next() < QUIET_PART) yield null
    else yield random.next() < QUIET_PART ? random.pick(special) : { targets, how }
  }
}

export const faultName = ({ targets, how }: Fault): string => {
  const names = targets.join(' + ')
  return how === 'killed' ? names : `${names} ${how}`
}

/** Resolves when it is done, and what follows is the recovery. */
export async function inflict(system: System, { targets, how }: Fault): Promise<void> {
  const signal = (name: NodeJS.Signals) => Promise.all(targets.map((target) => system.kill(target, name)))
  if (how === 'killed') await signal('SIGKILL')
  else if (how === 'stopped') await stop(system, targets)
  else if (how === 'wiped') await wipe(system)
  else if (how === 'paused') {
    await signal('SIGSTOP')
    await delay(PAUSE_MS)
    await signal('SIGCONT')
  } else
    for (const target of targets) {
      await system.kill(target)
      if (target !== targets.at(-1)) await delay(IN_TURN_MS)
    }
}

async function stop(system: System, targets: readonly string[]): Promise<void> {
  // SIGTERM lets Postgres wait for its clients, which do not go.
  for (const target of targets) await system.kill(target, target === 'postgres' ? 'SIGINT' : 'SIGTERM')
}

async function wipe(system: System): Promise<void> {
  const store = join(system.dataDir, 'nats', 'jetstream')
  await system.kill('nats')
  // At once, before it is back.
  await rename(store, `${store}.gone`)
  await rm(`${store}.gone`, { recursive: true })
}

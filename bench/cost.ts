// What messages of 1:1 chat cost a whole system: CPU-seconds per 1,000, NATS and Postgres too.
import type { System } from '@parley/local-stack'
import { cpuSeconds, cpuUsed } from './cpu.ts'
import type { Counts, Load } from './load.ts'

/** Limits are out of the way, and tokens last as long as a bench. */
export const BENCH_ENV = {
  ...{ ADDRESS_LIMIT_FACTOR: '1000', PERSON_LIMIT_FACTOR: '1000', ACCESS_TOKEN_TTL: '14400' },
  ...{ SEND_BURST: '1000000', SEND_RATE: '1000000' },
}

const WARM_UP_SECONDS = 2

export interface Cost {
  perSecond: number
  /** CPU-seconds per 1,000 messages, of all processes and of each. */
  total: number
  byName: ReadonlyMap<string, number>
  latencies: readonly number[]
}

export interface Measured {
  system: System
  load: Load
  seconds: number
  /** Messages a second; absent for as many as it can. */
  rate?: number
}

/** One round. Throws where a message was lost, doubled or out of order. */
export async function measureCost({ system, load, seconds, rate }: Measured): Promise<Cost> {
  const { processes } = await system.state()
  let before = cpuSeconds(processes)
  const counts = rate
    ? await load.openLoop(seconds, rate)
    : await load.closedLoop(seconds, WARM_UP_SECONDS, () => (before = cpuSeconds(processes)))
  const used = cpuUsed(before, cpuSeconds(processes))
  throwFaults(counts)
  const thousands = counts.delivered / 1_000
  return {
    perSecond: counts.delivered / seconds,
    total: used.total / thousands,
    byName: new Map([...used.byName].map(([name, cpu]) => [name, cpu / thousands])),
    latencies: counts.latencies,
  }
}

function throwFaults({ errors }: Counts): void {
  if (errors.length > 0) throw new Error(`${errors.length} faults, such as ${errors.slice(0, 3).join(' | ')}`)
}

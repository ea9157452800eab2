// npm run bench -- send [--pairs 500] [--seconds 10] [--rounds 3] [--gateways 1] [--rate 1000]
// 1:1 chat through the whole system: acknowledged and delivered messages a second, CPU of all server processes (NATS
// and Postgres too), latency at a fixed rate; beside two limits measured in the same run.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startSystem, type System } from '@parley/local-stack'
import { BENCH_ENV } from './cost.ts'
import { cpuSeconds, cpuUsed } from './cpu.ts'
import { measureBatchedInsert, measureRequestReply } from './limits.ts'
import { Load } from './load.ts'
import { createPairs } from './people.ts'
import { ascending, median, quantile, round } from './statistics.ts'

const WARM_UP_SECONDS = 3

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '500' },
    seconds: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '3' },
    gateways: { type: 'string', default: '1' },
    rate: { type: 'string', default: '1000' },
  },
})
const [pairs, seconds, rounds, gateways, rate] = [
  Number(values.pairs),
  Number(values.seconds),
  Number(values.rounds),
  Number(values.gateways),
  Number(values.rate),
]

const temporary = await mkdtemp(join(tmpdir(), 'parley-bench-'))
const system = await startSystem({
  gateways,
  env: BENCH_ENV,
})
try {
  console.log(
    `${pairs} pairs, ${gateways} gateway(s), ${rounds} rounds of ${seconds} s; every message committed with fsync`,
  )
  const load = new Load(await createPairs(system, pairs))
  await load.connect(system.gateways)
  const costs: number[] = []
  const rates: number[] = []
  for (let i = 1; i <= rounds; i++) {
    const result = await measureRound(system, load)
    rates.push(result.perSecond)
    costs.push(result.cost)
  }
  const open = await load.openLoop(seconds, rate)
  report(open.errors)
  const latencies = ascending(open.latencies)
  load.close()
  const insert = await measureBatchedInsert(3, join(temporary, 'limit'))
  const nats = await measureRequestReply(3)
  console.log(`median: ${round(median(rates), 0)} messages/s, ${round(median(costs), 4)} CPU-s per 1,000`)
  console.log(
    `at ${rate}/s, from send to the other side: p50 ${round(quantile(latencies, 0.5), 2)} ms, p99 ${round(quantile(latencies, 0.99), 2)} ms`,
  )
  console.log(
    `limit, batched insert alone: ${round(insert, 0)} rows/s; ours is ${round(median(rates) / insert, 3)} of it`,
  )
  console.log(
    `limit, NATS request/reply alone: ${round(nats, 0)}/s; ours is ${round(median(rates) / nats, 3)} of it`,
  )
} finally {
  await system.stop()
  await rm(temporary, { recursive: true, force: true })
}

/** Operations a batch of the write path so far, from messaging's metrics. */
async function batchSize(running: System): Promise<number> {
  const { processes } = await running.state()
  const port = processes.find(({ name }) => name === 'messaging')?.probe_port
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  const read = (name: string) =>
    Number(new RegExp(`^parley_lane_batch_operations_${name}\\{[^}]*\\} (\\S+)`, 'm').exec(text)?.[1])
  return read('sum') / read('count')
}

async function measureRound(running: System, load: Load): Promise<{ perSecond: number; cost: number }> {
  const { processes } = await running.state()
  let before = cpuSeconds(processes)
  const own = process.cpuUsage()
  const counts = await load.closedLoop(seconds, WARM_UP_SECONDS, () => (before = cpuSeconds(processes)))
  const used = cpuUsed(before, cpuSeconds(processes))
  const generator = process.cpuUsage(own)
  report(counts.errors)
  const cost = (used.total / counts.delivered) * 1_000
  const parts = [...used.byName].map(([name, s]) => `${name} ${round((s / counts.delivered) * 1_000, 4)}`)
  const latencies = ascending(counts.latencies)
  console.log(
    `${round(counts.acked / seconds, 0)} acked/s, ${round(counts.delivered / seconds, 0)} delivered/s, ` +
      `p50 ${round(quantile(latencies, 0.5), 1)} ms, p99 ${round(quantile(latencies, 0.99), 1)} ms, ` +
      `${round(cost, 4)} CPU-s per 1,000 (${parts.join(', ')}; generator ${round((generator.user + generator.system) / 1e6 / (seconds + WARM_UP_SECONDS), 2)} cores); ` +
      `${round(await batchSize(running), 1)} operations a batch so far`,
  )
  return { perSecond: counts.delivered / seconds, cost }
}

function report(errors: readonly string[]): void {
  if (errors.length > 0) console.log(`ERRORS: ${errors.length}, such as ${errors.slice(0, 3).join(' | ')}`)
}

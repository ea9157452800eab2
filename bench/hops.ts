// npm run bench -- hops [--pairs 500] [--seconds 5] [--rounds 5] [--rate 1000]
// Which process burns what per message: through one gateway and through two, at saturation and at a fixed rate, in turns.
import { parseArgs } from 'node:util'
import { startSystem } from '@parley/local-stack'
import { BENCH_ENV, measureCost, type Cost, type Measured } from './cost.ts'
import { Load } from './load.ts'
import { createPairs } from './people.ts'
import { keep, markdown, spread } from './results.ts'
import { ascending, median, quantile, round } from './statistics.ts'

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '500' },
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '5' },
    rate: { type: 'string', default: '1000' },
  },
})
const [pairs, seconds, rounds] = [Number(values.pairs), Number(values.seconds), Number(values.rounds)]

interface Way extends Measured {
  name: string
  costs: Cost[]
}

await using stack = new AsyncDisposableStack()
const one = await open(1)
const two = await open(2)
const ways: [Way, Way, Way] = [
  { name: 'one gateway, saturated', costs: [], seconds, ...one },
  { name: 'two gateways, saturated', costs: [], seconds, ...two },
  { name: `one gateway, ${values.rate}/s`, costs: [], seconds, ...one, rate: Number(values.rate) },
]
for (let i = 0; i < rounds; i++) for (const way of ways) way.costs.push(await measureCost(way))

const hops = ['gateway', 'messaging', 'postgres', 'nats', 'auth', 'matching']
const [single, double] = ways.map(({ costs }) => median(costs.map(({ total }) => total))) as [number, number]
await keep(
  'hops',
  [
    markdown(['', 'messages/s', 'p50 ms', 'p99 ms', 'CPU-s per 1,000', ...hops], ways.map(rowOf)),
    `Two gateways cost ${round(double / single, 2)} of one.`,
  ].join('\n\n'),
)

async function open(gateways: number): Promise<Pick<Measured, 'system' | 'load'>> {
  const system = await startSystem({ gateways, env: BENCH_ENV })
  stack.defer(async () => void (await system.stop()))
  const load = new Load(await createPairs(system, pairs))
  await load.connect(system.gateways)
  stack.defer(() => load.close())
  return { system, load }
}

function rowOf({ name, costs }: Way): string[] {
  const latency = (q: number): string =>
    spread(
      costs.map(({ latencies }) => quantile(ascending(latencies), q)),
      1,
    )
  const hop = (prefix: string): string =>
    spread(
      costs.map((cost) => sumOf(cost, prefix)),
      4,
    )
  const rates = spread(
    costs.map(({ perSecond }) => perSecond),
    0,
  )
  return [
    name,
    rates,
    latency(0.5),
    latency(0.99),
    spread(
      costs.map(({ total }) => total),
      4,
    ),
    ...hops.map(hop),
  ]
}

/** Of all processes of one kind: there may be more than one gateway. */
function sumOf({ byName }: Cost, prefix: string): number {
  return [...byName].reduce((sum, [name, cost]) => (name.startsWith(prefix) ? sum + cost : sum), 0)
}

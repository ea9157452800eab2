// npm run bench -- growth --axis history [--sizes 1000,100000,10000000] [--pairs 100] [--seconds 4] [--rounds 5]
// What a message of 1:1 chat costs as something grows, at each size in turns: `history` (messages stored), `conversations`
// (of each person), `members` (of each conversation), `sockets` (idle ones beside).
import { parseArgs } from 'node:util'
import { startSystem, type System } from '@parley/local-stack'
import { BENCH_ENV, measureCost, type Cost } from './cost.ts'
import { fillConversations, fillHistory } from './fill.ts'
import { openParleySockets } from './idle-sockets.ts'
import { Load } from './load.ts'
import { createGroup, createPairs, createPeople, each, type Pair, type Person } from './people.ts'
import { keep, markdown, spread } from './results.ts'
import { median, quantile, ascending, round } from './statistics.ts'

type Prepare = (system: System, size: number) => Promise<Pair[]>

const axes: Record<string, { sizes: string; prepare: Prepare }> = {
  history: { sizes: '1000,100000,10000000', prepare: history },
  conversations: { sizes: '10,1000,10000', prepare: conversations },
  members: { sizes: '2,200,1000,10000', prepare: members },
  sockets: { sizes: '100,5000,20000', prepare: sockets },
}
const { values } = parseArgs({
  options: {
    axis: { type: 'string', default: 'history' },
    sizes: { type: 'string' },
    pairs: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '5' },
  },
})
const axis = axes[values.axis]
if (!axis) throw new Error(`--axis is ${values.axis}: it must be one of ${Object.keys(axes).join(', ')}`)
const [pairs, seconds, rounds] = [Number(values.pairs), Number(values.seconds), Number(values.rounds)]
const SOCKETS_A_PERSON = 10

interface Stage {
  size: number
  system: System
  load: Load
  costs: Cost[]
}

await using stack = new AsyncDisposableStack()
const stages: Stage[] = []
for (const size of (values.sizes ?? axis.sizes).split(',').map(Number)) {
  const system = await startSystem({ gateways: 1, env: BENCH_ENV })
  stack.defer(async () => void (await system.stop()))
  const load = new Load(await axis.prepare(system, size))
  await load.connect(system.gateways)
  stack.defer(() => load.close())
  stages.push({ size, system, load, costs: [] })
  console.log(`${values.axis} ${size}: ready`)
}
for (let i = 0; i < rounds; i++)
  for (const stage of stages) stage.costs.push(await measureCost({ ...stage, seconds }))

const costOf = ({ costs }: Stage): number => median(costs.map(({ total }) => total))
const least = costOf(stages[0] as Stage)
await keep(
  `growth-${values.axis}`,
  markdown(
    [values.axis, 'messages/s', 'p50 ms', 'CPU-s per 1,000', 'of the smallest'],
    stages.map((stage) => [
      stage.size.toLocaleString('en'),
      spread(
        stage.costs.map(({ perSecond }) => perSecond),
        0,
      ),
      spread(
        stage.costs.map(({ latencies }) => quantile(ascending(latencies), 0.5)),
        1,
      ),
      spread(
        stage.costs.map(({ total }) => total),
        4,
      ),
      round(costOf(stage) / least, 2),
    ]),
  ),
)

async function history(system: System, size: number): Promise<Pair[]> {
  await fillHistory(system.databaseUrl, size)
  return createPairs(system, pairs)
}

async function conversations(system: System, size: number): Promise<Pair[]> {
  const made = await createPairs(system, pairs)
  await fillConversations(system.databaseUrl, size)
  return made
}

/** Each pair is two members of a group of its own; nobody else of it is there. */
async function members(system: System, size: number): Promise<Pair[]> {
  const people = await createPeople(system, 2 * pairs + size - 2)
  const absent = people.slice(2 * pairs)
  return each(pairs, async (i) => {
    const [a, b] = people.slice(2 * i) as [Person, Person]
    const conversationId = await createGroup(system, [a, b, ...absent])
    return { conversationId, tokens: [a.token, b.token], isAttached: true }
  })
}

async function sockets(system: System, size: number): Promise<Pair[]> {
  const port = Number(new URL(system.gateways[0] as string).port)
  const idle = await openParleySockets(port, await createPeople(system, size / SOCKETS_A_PERSON), size)
  stack.defer(() => idle.close())
  return createPairs(system, pairs)
}

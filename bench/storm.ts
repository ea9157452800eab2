// npm run bench -- storm [--clients 5000] [--people 500] [--missed 10] [--rounds 3] [--at-once 1000]
// A cold storm of resumes: everybody was away while messages were sent, the gateway starts anew, and all clients come
// back with their old cursors. Until the last one has all that it missed.
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startSystem } from '@parley/local-stack'
import { BENCH_ENV, measureCost } from './cost.ts'
import { cpuSeconds, cpuUsed } from './cpu.ts'
import { Load } from './load.ts'
import { createPairs, each, type Pair } from './people.ts'
import { RawSocket } from './raw-socket.ts'
import { keep, markdown, spread } from './results.ts'
import { ascending, quantile } from './statistics.ts'

const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '5000' },
    people: { type: 'string', default: '500' },
    missed: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '3' },
    'at-once': { type: 'string', default: '1000' },
  },
})
const [clients, people, missed] = [Number(values.clients), Number(values.people), Number(values.missed)]
const SENDS_A_SECOND = 1_000
const RETRY_MS = 250
const PATIENCE_MS = 60_000

interface Resumed {
  cursor: string
  /** Messages that came before `caught_up`. */
  replayed: number
  ms: number
}

interface Round {
  seconds: number
  latencies: number[]
  cpu: ReadonlyMap<string, number>
}

await using stack = new AsyncDisposableStack()
const system = await startSystem({ gateways: 1, env: { ...BENCH_ENV, DRAIN_SECONDS: '0' } })
stack.defer(async () => void (await system.stop()))
const [url] = system.gateways as [string]
const pairs = await createPairs(system, people / 2)
const tokens = pairs.flatMap((pair) => pair.tokens)
const cursors = (await each(people, (i) => resume(tokens[i] as string))).map(({ cursor }) => cursor)
const rounds: Round[] = []
for (let i = 0; i < Number(values.rounds); i++) {
  await sendMissed(pairs)
  await restartGateway()
  rounds.push(await measureStorm())
}

const hops = ['gateway-1', 'messaging', 'postgres', 'nats', 'auth']
const quantiles = (q: number): string =>
  spread(
    rounds.map(({ latencies }) => quantile(ascending(latencies), q)),
    0,
  )
await keep(
  'storm',
  markdown(
    [
      'clients',
      'missed',
      'resumed a second',
      'p50 ms',
      'p99 ms',
      ...hops.map((hop) => `${hop}, CPU-s per 1,000`),
    ],
    [
      [
        clients.toLocaleString('en'),
        String(missed),
        spread(
          rounds.map(({ seconds }) => clients / seconds),
          0,
        ),
        quantiles(0.5),
        quantiles(0.99),
        ...hops.map((hop) =>
          spread(
            rounds.map(({ cpu }) => ((cpu.get(hop) ?? 0) / clients) * 1_000),
            3,
          ),
        ),
      ],
    ],
  ),
)

/** As many messages in each conversation, while nobody but those who send them is there. */
async function sendMissed(all: readonly Pair[]): Promise<void> {
  const load = new Load(all)
  await load.connect([url])
  await measureCost({ system, load, seconds: (missed * all.length) / SENDS_A_SECOND, rate: SENDS_A_SECOND })
  load.close()
}

async function restartGateway(): Promise<void> {
  const pidOf = async () => (await system.state()).processes.find(({ name }) => name === 'gateway-1')?.pid
  const before = await pidOf()
  await system.kill('gateway-1', 'SIGTERM')
  const isReady = () =>
    fetch(`${url}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    )
  while ((await pidOf()) === before || !(await isReady())) await delay(50)
}

async function measureStorm(): Promise<Round> {
  const { processes } = await system.state()
  const before = cpuSeconds(processes)
  const startedAt = performance.now()
  const resumed = await each(
    clients,
    (i) => resume(tokens[i % people] as string, cursors[i % people]),
    Number(values['at-once']),
  )
  const seconds = (performance.now() - startedAt) / 1_000
  const { byName } = cpuUsed(before, cpuSeconds(processes))
  const wrong = resumed.filter(({ replayed }) => replayed !== missed)
  if (wrong.length > 0)
    throw new Error(`${wrong.length} clients got ${wrong[0]?.replayed} of ${missed} messages`)
  for (const [i, { cursor }] of resumed.slice(0, people).entries()) cursors[i] = cursor
  return { seconds, latencies: resumed.map(({ ms }) => ms), cpu: byName }
}

/** Opens a session, takes what was missed, and closes it; tries again, as a client does, where it is refused. */
async function resume(token: string, cursor?: string): Promise<Resumed> {
  const startedAt = performance.now()
  for (;;) {
    try {
      return { ...(await resumeOnce(token, cursor)), ms: performance.now() - startedAt }
    } catch (err) {
      if (performance.now() - startedAt > PATIENCE_MS) throw err
      await delay(RETRY_MS)
    }
  }
}

function resumeOnce(token: string, cursor?: string): Promise<Omit<Resumed, 'ms'>> {
  const { hostname: host, port } = new URL(url)
  const { promise, resolve, reject } = Promise.withResolvers<Omit<Resumed, 'ms'>>()
  let replayed = 0
  const receive = (text: string): void => {
    if (text.startsWith('{"type":"chat_message"')) replayed++
    if (!text.startsWith('{"type":"caught_up"')) return
    resolve({ replayed, ...(JSON.parse(text) as { cursor: string }) })
    socket.close()
  }
  const socket = new RawSocket({
    ...{ host, port: Number(port), protocol: `parley.v1, bearer.${token}` },
    onText: receive,
    onClose: (reason) => reject(new Error(reason)),
  })
  socket.opened.then(() => socket.send(JSON.stringify({ type: 'hello', cursor })), reject)
  return promise
}

// npm run bench -- fanout [--members 1000] [--seconds 6] [--rounds 2]
// One conversation whose members are all connected and attached through one gateway; one of them writes, with one and
// then four messages in flight. Beside it, in the same minutes, a bare `ws` server that sends frames of the same size.
import { parseArgs } from 'node:util'
import { startSystem } from '@parley/local-stack'
import { BroadcastLoad } from './broadcast.ts'
import { BENCH_ENV } from './cost.ts'
import { cpuSeconds, cpuUsed } from './cpu.ts'
import { createGroup, createPeople } from './people.ts'
import { startPeer } from './peer-server.ts'
import { openBareRoom, openParleyRoom, type Room, type RoomEvents } from './room.ts'
import { ascending, median, quantile, round } from './statistics.ts'

const { values } = parseArgs({
  options: {
    members: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '6' },
    rounds: { type: 'string', default: '2' },
  },
})
const [members, seconds, rounds] = [Number(values.members), Number(values.seconds), Number(values.rounds)]
const IN_FLIGHT = [1, 4]

interface Measured {
  name: string
  processes: Parameters<typeof cpuSeconds>[0]
  open: (on: RoomEvents) => Promise<Room>
}

await using stack = new AsyncDisposableStack()
const system = await startSystem({ gateways: 1, env: BENCH_ENV })
stack.defer(async () => void (await system.stop()))
console.log(`registering ${members + 1} people`)
const people = await createPeople(system, members + 1)
const conversationId = await createGroup(system, people)
const ours: Measured = {
  name: 'ours',
  processes: (await system.state()).processes,
  open: (on) => openParleyRoom(system.gateways[0] as string, { people, conversationId }, on),
}
const frameBytes = await findFrameBytes()
const bare = stack.use(await startPeer('bare-server.ts', { FRAME_BYTES: String(frameBytes) }))
const theirs: Measured = {
  name: 'bare',
  processes: [{ name: 'bare', pid: bare.pid }],
  open: (on) => openBareRoom(bare.port, members + 1, on),
}
console.log(`${members} members, frames of ${frameBytes} bytes, ${rounds} rounds of ${seconds} s`)
for (const inFlight of IN_FLIGHT) {
  const rates: Record<string, number[]> = { bare: [], ours: [] }
  for (let i = 0; i < rounds; i++)
    for (const measured of [theirs, ours]) rates[measured.name]?.push(await measure(measured, inFlight))
  const part = median(rates['ours'] ?? []) / median(rates['bare'] ?? [])
  console.log(`${inFlight} in flight: ours is ${round(part, 2)} of the bare server`)
}

/** What a message of this bench is as a frame of ours. */
async function findFrameBytes(): Promise<number> {
  const load = new BroadcastLoad()
  await load.open(ours.open)
  await load.run(1, 1, () => undefined)
  await load.close()
  return load.frameChars
}

async function measure({ name, processes, open }: Measured, inFlight: number): Promise<number> {
  const load = new BroadcastLoad()
  await load.open(open)
  let before = cpuSeconds(processes)
  let own = process.cpuUsage()
  const counts = await load.run(inFlight, seconds, () => {
    before = cpuSeconds(processes)
    own = process.cpuUsage()
  })
  const used = cpuUsed(before, cpuSeconds(processes))
  const generator = process.cpuUsage(own)
  const lost = await load.close()
  const latencies = ascending(counts.latencies)
  const thousand = (s: number): string => round((s / counts.delivered) * 1_000, 5)
  console.log(
    `${name}, ${inFlight} in flight: ${round(counts.delivered / seconds, 0)} deliveries/s, ` +
      `p50 ${round(quantile(latencies, 0.5), 1)} ms, p99 ${round(quantile(latencies, 0.99), 1)} ms, ` +
      `${thousand(used.total)} CPU-s per 1,000 (${[...used.byName].map(([part, s]) => `${part} ${thousand(s)}`).join(', ')}; ` +
      `generator ${round((generator.user + generator.system) / 1e6 / seconds, 2)} cores); ${lost} lost, ${counts.errors.length} errors`,
  )
  if (counts.errors.length > 0) console.log(`ERRORS, such as ${counts.errors.slice(0, 3).join(' | ')}`)
  return counts.delivered / seconds
}

// npm run bench -- idle [--sockets 10000] [--people 1000] [--seconds 30]
// Idle authenticated sockets on one gateway: resident bytes a socket, and CPU while nothing happens; beside Socket.IO and a
// bare `ws` server in the same run.
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startSystem } from '@parley/local-stack'
import { cpuSeconds, cpuUsed } from './cpu.ts'
import { openBareSockets, openParleySockets, openSocketIoSockets, type Idle } from './idle-sockets.ts'
import { createPeople } from './people.ts'
import { startPeer } from './peer-server.ts'
import { round } from './statistics.ts'

const { values } = parseArgs({
  options: {
    sockets: { type: 'string', default: '10000' },
    people: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '30' },
  },
})
const [count, people, seconds] = [Number(values.sockets), Number(values.people), Number(values.seconds)]
const SETTLE_MS = 5_000

await using stack = new AsyncDisposableStack()
const bare = stack.use(await startPeer('bare-server.ts'))
const bareBytes = await measure('bare ws', bare.pid, (n) => openBareSockets(bare.port, n))
const socketIo = stack.use(await startPeer('socketio-server.ts'))
const socketIoBytes = await measure('Socket.IO', socketIo.pid, (n) => openSocketIoSockets(socketIo.port, n))

const env = { ADDRESS_LIMIT_FACTOR: '1000', ACCESS_TOKEN_TTL: '7200' }
const system = await startSystem({ gateways: 1, env })
stack.defer(async () => void (await system.stop()))
const known = await createPeople(system, people)
const gateway = (await system.state()).processes.find(({ name }) => name === 'gateway-1')
if (!gateway?.port) throw new Error('there is no gateway')
const { pid, port } = gateway
const bytes = await measure('Parley', pid, (n) => openParleySockets(port, known, n))
console.log(
  `Parley takes ${round(bytes / socketIoBytes, 2)} of Socket.IO's bytes a socket, ${round(bytes / bareBytes, 2)} of the bare server's`,
)

/** Resident bytes a socket. A few sockets come and go first, so that code and pools are there before it is measured. */
async function measure(name: string, pid: number, open: (count: number) => Promise<Idle>): Promise<number> {
  const first = await open(100)
  first.close()
  await delay(SETTLE_MS)
  const before = residentBytes(pid)
  const started = performance.now()
  const sockets = await open(count)
  const opened = (performance.now() - started) / 1_000
  await delay(SETTLE_MS)
  const processes = [{ name, pid }]
  const cpu = cpuSeconds(processes)
  await delay(seconds * 1_000)
  const used = cpuUsed(cpu, cpuSeconds(processes)).total
  const each = (residentBytes(pid) - before) / count
  console.log(
    `${name}: ${count} sockets opened in ${round(opened, 1)} s, ${round(each, 0)} bytes each, ` +
      `idle at ${round((used / seconds) * 100, 2)} % of a core${sockets.isWhole() ? '' : ', and some were CLOSED'}`,
  )
  sockets.close()
  return each
}

function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]
  return Number(kilobytes) * 1_024
}

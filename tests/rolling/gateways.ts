import { setTimeout as delay } from 'node:timers/promises'
import { startSystem } from '@parley/local-stack'
import { startWorkload, type Workload } from '../faults/workload.ts'
import { HandshakeCount, type Handshakes } from './handshakes.ts'
import { replaced } from './replaced.ts'
import { conclude, type Rolled, type RollOptions } from './rolled.ts'

export interface RolledGateways extends Rolled {
  handshakes: Handshakes
}

/** Restarts three gateways in turn under load, each with its drain. */
export async function rollGateways(options: RollOptions): Promise<RolledGateways> {
  const { steadySeconds, drainSeconds, print } = options
  const env = { ADDRESS_LIMIT_FACTOR: '1000', DRAIN_SECONDS: String(drainSeconds) }
  await using system = await startSystem({ gateways: 3, env })
  await using workload = await startWorkload({ ...options, gateways: system.gateways, ...NOBODY_ELSE })
  await delay(steadySeconds * 1_000)

  const count = new HandshakeCount(workload.clients)
  const faults: string[] = []
  for (const name of ['gateway-1', 'gateway-2', 'gateway-3']) {
    const before = closesOf(workload)
    await count.during(() => replaced(system, name))
    for (const [index, closes] of closesOf(workload).entries())
      if (closes - (before[index] ?? 0) > 1) faults.push(`client ${index} moved twice for ${name}`)
  }
  await delay(steadySeconds * 1_000)

  const rolled = await conclude(system.gateways, workload, print)
  const handshakes = count.spread(drainSeconds * 1_000)
  print(
    `${handshakes.count} sockets opened anew within the drains; in the fullest quarter ${handshakes.peak.toFixed(2)} times the mean`,
  )
  return { ...rolled, handshakes, faults: [...rolled.faults, ...faults] }
}

const NOBODY_ELSE = { groups: 0, likeEveryMs: 60_000 }
const closesOf = ({ clients }: Workload): number[] => clients.map(({ notes }) => notes.closes)

import { checkLane, describeLanes, readinessRpcs, type AnyRpc } from '@parley/protocol'
import { missingParts, type Bus, type Check } from '@parley/service-kit'
import type { FastifyInstance } from 'fastify'
import { sendProblem } from './problem.ts'

/** Names what is missing for register → like → message to work through this gateway; empty when nothing is. */
export type Health = () => Promise<string[]>

export interface HealthOptions {
  bus: Bus
  /** What this process itself needs. */
  checks: Record<string, Check>
}

const CALL_MS = 2_000
/** Many who ask at once, or often, cost one look. */
const REMEMBER_MS = 250

export function createHealth({ bus, checks }: HealthOptions): Health {
  const ready = readinessRpcs.map((rpc): [string, Check] => [serviceOf(rpc), () => askReady(bus, rpc)])
  const all = { nats: bus.check, ...checks, ...Object.fromEntries(ready), lanes: () => checkLanes(bus) }
  let lookedAt = -Infinity
  let looking: Promise<string[]> | undefined

  return () => {
    if (looking && performance.now() - lookedAt < REMEMBER_MS) return looking
    lookedAt = Infinity
    looking = missingParts(all).finally(() => (lookedAt = performance.now()))
    return looking
  }
}

const serviceOf = (rpc: AnyRpc): string => rpc.name.split('.')[0] ?? rpc.name

async function askReady(bus: Bus, rpc: (typeof readinessRpcs)[number]): Promise<string | undefined> {
  const { missing } = await bus.call(rpc, {}, { timeoutMs: CALL_MS })
  return missing.length > 0 ? missing.join('; ') : undefined
}

async function checkLanes(bus: Bus): Promise<string | undefined> {
  const { lanes } = await bus.call(describeLanes, {}, { timeoutMs: CALL_MS })
  const shards = Array.from({ length: lanes }, (_, lane) => lane)
  const answers = await Promise.allSettled(
    shards.map((shard) => bus.call(checkLane, { shard }, { timeoutMs: CALL_MS })),
  )
  const silent = shards.filter((shard) => answers[shard]?.status === 'rejected')
  return silent.length > 0 ? `no owner of ${silent.join(', ')}` : undefined
}

export function addHealthRoute(app: FastifyInstance, health: Health): void {
  app.get('/healthz', async (_, reply) => {
    const missing = await health()
    reply.header('cache-control', 'no-store')
    if (missing.length === 0) return reply.send({ status: 'ok' })
    return sendProblem(reply, { code: 'unavailable', retry_after_ms: 1_000 }, { more: { missing } })
  })
}

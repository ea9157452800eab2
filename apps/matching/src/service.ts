import { randomInt } from 'node:crypto'
import { makeId, UPPER_LIMIT } from '@parley/protocol'
import {
  connectBus,
  consumeEvents,
  createDatabaseMetrics,
  natsServer,
  openDb,
  relayOutbox,
  serveProbes,
  startService,
  startTelemetry,
} from '@parley/service-kit'
import type { Config } from './config.ts'
import type { Deps } from './deps.ts'
import { blockHandler } from './handlers/block.ts'
import { checkReadyHandler } from './handlers/check-ready.ts'
import { getProfileHandler } from './handlers/get-profile.ts'
import { likeHandler } from './handlers/like.ts'
import { listBlocksHandler } from './handlers/list-blocks.ts'
import { listCandidatesHandler } from './handlers/list-candidates.ts'
import { listMatchesHandler } from './handlers/list-matches.ts'
import { passHandler } from './handlers/pass.ts'
import { putProfileHandler } from './handlers/put-profile.ts'
import { reportHandler } from './handlers/report.ts'
import { unblockHandler } from './handlers/unblock.ts'
import { undoHandler } from './handlers/undo.ts'
import { unmatchHandler } from './handlers/unmatch.ts'
import { userChangedHandler } from './handlers/user-changed.ts'
import { createMatchingMetrics } from './metrics.ts'
import { migrations } from './store/migrations/index.ts'
import type { Tables } from './store/tables.ts'

export type { Config } from './config.ts'

const service = 'matching'

/** Profiles, candidates, likes, matches, blocks and reports. */
export function startMatching(config: Config): Promise<AsyncDisposable & { probePort: number }> {
  return startService(async (use) => {
    const telemetry = use(startTelemetry(service, config))
    const { log, metrics } = telemetry
    const database = use(
      await openDb<Tables>({
        url: config.DATABASE_URL,
        schema: service,
        poolSize: config.DATABASE_POOL,
        migrations,
        mayMigrate: config.MIGRATE_AT_START,
        log,
      }),
    )
    createDatabaseMetrics(metrics, database.pool, config.DATABASE_POOL)
    const bus = use(
      await connectBus({ service, instance: config.INSTANCE, ...natsServer(config), ...telemetry }),
    )
    const relay = use(relayOutbox({ service, replicas: config.STREAM_REPLICAS, database, bus, log }))
    const counts = createMatchingMetrics(metrics)
    const deps: Deps = { db: database.db, bus, relay, counts, now: () => new Date(), newId }
    const checks = { postgres: database.check, nats: bus.check }

    use(consumeEvents({ bus, log, from: 'auth', by: service, handlers: [userChangedHandler(deps)] }))
    use(
      await bus.serve([
        getProfileHandler(deps),
        putProfileHandler(deps),
        listCandidatesHandler(deps),
        likeHandler(deps),
        passHandler(deps),
        undoHandler(deps),
        listMatchesHandler(deps),
        unmatchHandler(deps),
        blockHandler(deps),
        unblockHandler(deps),
        listBlocksHandler(deps),
        reportHandler(deps, config.REPORTS_PER_DAY),
        checkReadyHandler(checks),
      ]),
    )
    const { PROBE_HOST: host, PROBE_PORT: port } = config
    const probes = use(await serveProbes({ host, port, registry: metrics.registry, checks }))
    return { probePort: probes.port }
  })
}

const newId = (shard: number): number => makeId(randomInt(1, UPPER_LIMIT), shard)

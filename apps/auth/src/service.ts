import {
  connectBus,
  consumeEvents,
  createDatabaseMetrics,
  createWorkQueue,
  natsServer,
  openDb,
  relayOutbox,
  serveProbes,
  startService,
  startTelemetry,
} from '@parley/service-kit'
import type { Config } from './config.ts'
import type { Deps } from './deps.ts'
import { createGuard } from './guard.ts'
import { allHandlers, matchingHandlers } from './all-handlers.ts'
import { readIssuers } from './issuers/settings.ts'
import { createIssuers } from './issuers/verify.ts'
import { createKeyring } from './keyring.ts'
import { startMaintenance } from './maintenance.ts'
import { createAuthMetrics } from './metrics.ts'
import { createPasswords } from './passwords.ts'
import { migrations } from './store/migrations/index.ts'
import type { Tables } from './store/tables.ts'

export type { Config } from './config.ts'

const SERVICE = 'auth'

export interface Auth extends AsyncDisposable {
  probePort: number
}

/** Starts the service. `now` is the time that tokens, sessions and limits go by. */
export function startAuth(config: Config, now: () => Date = () => new Date()): Promise<Auth> {
  return startService(async (use) => {
    const instance = config.INSTANCE
    const issuers = await readIssuers(config.ISSUERS, config.TOKEN_ISSUER)
    const telemetry = use(startTelemetry(SERVICE, config))
    const { log, metrics: kitMetrics } = telemetry
    const metrics = createAuthMetrics(kitMetrics)
    const { db, ...database } = use(
      await openDb<Tables>({
        url: config.DATABASE_URL,
        schema: SERVICE,
        poolSize: config.DATABASE_POOL,
        migrations,
        mayMigrate: config.MIGRATE_AT_START,
        log,
      }),
    )
    createDatabaseMetrics(kitMetrics, database.pool, config.DATABASE_POOL)
    const bus = use(await connectBus({ service: SERVICE, instance, ...natsServer(config), ...telemetry }))
    const relay = use(relayOutbox({ service: SERVICE, replicas: config.STREAM_REPLICAS, database, bus, log }))
    const hashing = createWorkQueue({
      concurrency: config.HASH_CONCURRENCY,
      mostWaiting: config.HASH_QUEUE,
      onDepth: metrics.setHashDepth,
    })
    const deps: Deps = {
      db,
      now,
      guard: createGuard({
        db,
        now,
        addressLimitFactor: config.ADDRESS_LIMIT_FACTOR,
        onLimited: metrics.countLimited,
      }),
      passwords: await createPasswords(hashing),
      keyring: await createKeyring({
        db,
        now,
        issuer: config.TOKEN_ISSUER,
        audience: config.TOKEN_AUDIENCE,
        accessTokenTtl: config.ACCESS_TOKEN_TTL,
        keyDays: config.SIGNING_KEY_DAYS,
      }),
      issuers: createIssuers({ settings: issuers, now, log, onFetched: metrics.countKeyFetch }),
      wakeRelay: relay.wake,
      metrics,
    }
    use(startMaintenance({ deps, intervalMs: config.MAINTENANCE_SECONDS * 1_000, log }))

    const checks = { database: database.check, nats: bus.check, keys: deps.keyring.check }
    use(consumeEvents({ bus, log, from: 'matching', by: SERVICE, handlers: matchingHandlers(deps) }))
    use(await bus.serve(allHandlers(deps, checks)))
    const probes = use(
      await serveProbes({
        host: config.PROBE_HOST,
        port: config.PROBE_PORT,
        registry: kitMetrics.registry,
        checks,
      }),
    )
    log.info({ probe_port: probes.port }, 'auth is ready')
    return { probePort: probes.port }
  })
}

import { checkMessaging } from '@parley/protocol'
import {
  connectBus,
  consumeEvents,
  createDatabaseMetrics,
  createWorkQueue,
  handle,
  missingParts,
  natsServer,
  openDb,
  serveProbes,
  startService,
  startTelemetry,
} from '@parley/service-kit'
import { randomUUID } from 'node:crypto'
import { createCards } from './cards.ts'
import type { Config } from './config.ts'
import type { Deps } from './deps.ts'
import { onAuthEvents, onMatchingEvents } from './events.ts'
import { hearAuth } from './hear-auth.ts'
import { laneHandlers, sharedHandlers } from './handlers/index.ts'
import { Lanes } from './lanes/lanes.ts'
import { Peers } from './lanes/peers.ts'
import { startMaintenance } from './maintenance.ts'
import { createJobMetrics, createLaneMetrics, createPresenceMetrics, createWriteMetrics } from './metrics.ts'
import { startNotificationJobs } from './notification-jobs.ts'
import { openStore } from './open-store.ts'
import { Presence } from './presence/presence.ts'
import { Positions } from './positions.ts'
import { Staff } from './staff.ts'
import { createSendLimiter } from './send-limiter.ts'
import { migrations } from './store/migrations/index.ts'
import { countOpenJobs } from './store/notification-jobs.ts'
import type { Tables } from './store/tables.ts'

/** Starts the service. `now` is the time that messages and notifications go by. */
export function startMessaging(config: Config, now: () => Date = () => new Date()) {
  return startService(async (use) => {
    const instance = config.INSTANCE || randomUUID()
    const telemetry = use(startTelemetry('messaging', { ...config, INSTANCE: instance }))
    const { log, metrics } = telemetry
    const database = use(
      await openDb<Tables>({
        url: config.DATABASE_URL,
        schema: 'messaging',
        poolSize: config.DATABASE_POOL,
        ...{ migrations, mayMigrate: config.MIGRATE_AT_START, prepares: true },
        log,
      }),
    )
    createDatabaseMetrics(metrics, database.pool, config.DATABASE_POOL)
    const store = await openStore(database.db, config)
    use(await startMaintenance(database, { log, now, keptDays: config.NOTIFICATION_DAYS }))
    const bus = use(await connectBus({ service: 'messaging', instance, ...natsServer(config), ...telemetry }))

    const { db } = database
    const peers = use(new Peers(bus, randomUUID()))
    const limit = { burst: config.SEND_BURST, perSecond: config.SEND_RATE, instance: randomUUID() }
    const { countLimitedSend: onLimited, observeCommitted } = createWriteMetrics(metrics)
    const limiter = use(createSendLimiter(bus, { ...limit, hasPeers: () => peers.count() > 1, onLimited }))
    const { observeBatch } = createLaneMetrics(metrics, () => lanes.state())
    const cacheSize = Math.ceil(config.CONVERSATION_CACHE / store.lanes)
    const presence = use(
      new Presence({
        ...{ bus, db, log, lanes: store.lanes },
        ...{ leaseMs: config.PRESENCE_LEASE_MS, graceMs: config.PRESENCE_GRACE_MS },
      }),
    )
    createPresenceMetrics(metrics, () => presence.count())
    createJobMetrics(metrics, () => countOpenJobs(db))
    const staff = use(new Staff({ db, bus, log }))
    const lanes = use(
      new Lanes({
        ...{ database, bus, log, peers, cacheSize, presence, staff, now, observeBatch, observeCommitted },
        ...{ count: store.lanes, framesByLane: config.FRAMES_BY_LANE },
      }),
    )
    const jobs = use(
      startNotificationJobs({ db, bus, log, lanes: store.lanes, rate: config.NOTIFICATION_RATE }),
    )
    const deps: Deps = {
      db,
      bus,
      lanes,
      cards: createCards(db, bus),
      staff,
      limiter,
      presence,
      positions: new Positions(db),
      store,
      now,
      jobs,
      syncs: createWorkQueue({ concurrency: Math.ceil(config.DATABASE_POOL / 2) }),
    }

    await hearAuth(bus, { lanes, staff, log })
    await lanes.start(laneHandlers(deps))
    const checks = { database: database.check, nats: bus.check }
    const checkReady = handle(checkMessaging, async () => ({ missing: await missingParts(checks) }))
    use(await bus.serve([...sharedHandlers(deps, config), checkReady]))
    use(consumeEvents({ bus, log, from: 'auth', by: 'messaging', handlers: onAuthEvents(deps) }))
    use(consumeEvents({ bus, log, from: 'matching', by: 'messaging', handlers: onMatchingEvents(deps) }))
    const probes = { host: config.PROBE_HOST, port: config.PROBE_PORT, registry: metrics.registry, checks }
    const { port } = use(await serveProbes(probes))
    log.info({ probe_port: port }, 'messaging is ready')
    return { probePort: port }
  })
}

import { checkMessaging, subjects, userChanged, type Payload } from '@parley/protocol'
import {
  connectBus,
  consumeEvents,
  createLog,
  createMetrics,
  handle,
  missingParts,
  openDb,
  serveProbes,
  startService,
} from '@parley/service-kit'
import { randomUUID } from 'node:crypto'
import { createCards } from './cards.ts'
import type { Config } from './config.ts'
import type { Deps } from './deps.ts'
import { onAuthEvents, onMatchingEvents } from './events.ts'
import { laneHandlers, sharedHandlers } from './handlers/index.ts'
import { keepOutboxDaily } from './keep-outbox.ts'
import { Lanes } from './lanes/lanes.ts'
import { Peers } from './lanes/peers.ts'
import { createLaneMetrics } from './metrics.ts'
import { openStore } from './open-store.ts'
import { Positions } from './positions.ts'
import { createSendLimiter } from './send-limiter.ts'
import { migrations } from './store/migrations/index.ts'
import type { Tables } from './store/tables.ts'

export function startMessaging(config: Config) {
  return startService(async (use) => {
    const instance = config.INSTANCE || randomUUID()
    const log = createLog({ service: 'messaging', instance, level: config.LOG_LEVEL })
    const metrics = createMetrics('messaging')
    const database = use(
      await openDb<Tables>({
        url: config.DATABASE_URL,
        schema: 'messaging',
        poolSize: config.DATABASE_POOL,
        migrations,
        log,
      }),
    )
    const store = await openStore(database.db, config)
    use(await keepOutboxDaily(database, log))
    const bus = use(await connectBus({ service: 'messaging', instance, url: config.NATS_URL, log, metrics }))

    const { db } = database
    const peers = use(new Peers(bus, randomUUID()))
    const limit = { burst: config.SEND_BURST, perSecond: config.SEND_RATE, instance: randomUUID() }
    const limiter = use(createSendLimiter(bus, { ...limit, hasPeers: () => peers.count() > 1 }))
    const { observeBatch } = createLaneMetrics(metrics, () => lanes.owned().length)
    const cacheSize = Math.ceil(config.CONVERSATION_CACHE / store.lanes)
    const lanes = use(
      new Lanes({
        database,
        db,
        bus,
        log,
        peers,
        count: store.lanes,
        cacheSize,
        now: () => new Date(),
        observeBatch,
      }),
    )
    const deps: Deps = {
      db,
      bus,
      lanes,
      cards: createCards(db, bus),
      limiter,
      positions: new Positions(db),
      store,
    }

    bus.nats.subscribe(subjects.broadcast(userChanged.name), {
      callback: (err, msg) => void (err ?? lanes.updateCard(msg.json<Payload<typeof userChanged>>().card)),
    })
    await lanes.start(laneHandlers(deps))
    const checks = { database: database.check, nats: bus.check }
    const checkReady = handle(checkMessaging, async () => ({ missing: await missingParts(checks) }))
    use(await bus.serve([...sharedHandlers(deps, config), checkReady]))
    use(consumeEvents({ bus, log, from: 'auth', by: 'messaging', handlers: onAuthEvents(deps) }))
    use(consumeEvents({ bus, log, from: 'matching', by: 'messaging', handlers: onMatchingEvents(deps) }))
    const { port } = use(
      await serveProbes({
        host: config.PROBE_HOST,
        port: config.PROBE_PORT,
        registry: metrics.registry,
        checks,
      }),
    )
    log.info({ probe_port: port }, 'messaging is ready')
    return { probePort: port }
  })
}

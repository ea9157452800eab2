// Matching as auth meets it: its events on a real stream.
import type { Event, Payload } from '@parley/protocol'
import {
  appendEvent,
  connectBus,
  createLog,
  createMetrics,
  openDb,
  outboxMigration,
  outboxStreamMigration,
  relayOutbox,
  startService,
} from '@parley/service-kit'
import type { Config } from '../src/config.ts'

export function startMatchingNeighbour({ DATABASE_URL, NATS_URL }: Config) {
  return startService(async (use) => {
    const service = 'matching'
    const log = createLog({ service, instance: 'test', level: 'silent' })
    const migrations = { '0001-outbox': outboxMigration, '0002-stream': outboxStreamMigration }
    const database = use(
      await openDb<object>({ url: DATABASE_URL, schema: service, poolSize: 2, migrations, log }),
    )
    const metrics = createMetrics(service)
    const bus = use(await connectBus({ service, instance: 'test', url: NATS_URL, log, metrics }))
    const relay = use(relayOutbox({ service, database, bus, log }))
    return {
      tell: async <E extends Event>(event: E, payload: Payload<E>) => {
        await database.db.transaction().execute((tx) => appendEvent(tx, event, payload))
        relay.wake()
      },
    }
  })
}

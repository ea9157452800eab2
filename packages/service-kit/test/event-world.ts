import { jetstreamManager } from '@nats-io/jetstream'
import { matchEnded, type Payload } from '@parley/protocol'
import { createTestDatabase } from '@parley/testkit'
import {
  appendEvent,
  connectBus,
  consumeEvents,
  createMetrics,
  onEvent,
  openDb,
  outboxMigration,
  outboxStreamMigration,
  relayOutbox,
  startService,
  type Relay,
} from '../src/index.ts'
import { createLogLines } from './log-lines.ts'
import { startRestartableNats } from './restartable-nats.ts'

const service = 'matching'

const endedMatch = (match_id: number): Payload<typeof matchEnded> => ({
  match_id,
  user_ids: [1, 2],
  generation: 1,
})

/** A service that publishes events, and readers of them, on a NATS that can go away and come back. */
export function startEventWorld() {
  return startService(async (use) => {
    const nats = use(await startRestartableNats())
    const { url } = use(await createTestDatabase())
    const { log, lines } = createLogLines()
    const connect = async () =>
      use(await connectBus({ service, instance: '', url: nats.url, log, metrics: createMetrics(service) }))
    const open = async () =>
      use(
        await openDb<{ outbox: { pos: number } }>({
          url,
          schema: service,
          poolSize: 2,
          migrations: { '0001-outbox': outboxMigration, '0002-stream': outboxStreamMigration },
          log,
        }),
      )
    const bus = await connect()
    const database = await open()
    const relays: Relay[] = []
    return {
      nats,
      bus,
      database,
      lines,
      connect,
      /** The relay of one more instance, with connections of its own. */
      startRelay: async () => {
        const relay = use(relayOutbox({ service, database: await open(), bus: await connect(), log }))
        relays.push(relay)
        return relay
      },
      append: async (...ids: number[]) => {
        for (const id of ids) {
          await database.db.transaction().execute((tx) => appendEvent(tx, matchEnded, endedMatch(id)))
          for (const relay of relays) relay.wake()
        }
      },
      read: (by: string, handle: (matchId: number) => Promise<void>, from = bus) => {
        const handler = onEvent(matchEnded, ({ match_id }) => handle(match_id))
        return use(consumeEvents({ bus: from, log, from: service, by, handlers: [handler] }))
      },
      manager: () => jetstreamManager(bus.nats),
    }
  })
}

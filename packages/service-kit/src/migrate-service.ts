import { eventReaders, type EventSource, type ServiceName } from '@parley/protocol'
import type { Migration } from 'kysely/migration'
import type { ClientBase } from 'pg'
import { openConnection } from './connection.ts'
import { sessionConfig } from './db.ts'
import { provisionEvents } from './event-stream.ts'
import { createLog } from './log.ts'
import { migrate } from './migrate.ts'
import { readKnownStream } from './outbox.ts'
import {
  migrateEventsSettings,
  migrateSettings,
  natsServer,
  readSettings,
  type Environment,
} from './settings.ts'
import type { KnownStream } from './stream-state.ts'

export interface MigrateServiceOptions {
  service: ServiceName
  migrations: Record<string, Migration>
  /** Runs after a restore to an earlier time: `NEW_EPOCH` asks for it. */
  beginEpoch?: (client: ClientBase) => Promise<void>
}

/** Makes what a service relies on and may not make itself: its schema, and the stream of its events with their readers. */
export async function migrateService(
  { service, migrations, beginEpoch }: MigrateServiceOptions,
  environment: Environment,
): Promise<void> {
  const isSource = service in eventReaders
  const config = readSettings(isSource ? migrateEventsSettings : migrateSettings, environment)
  let known: KnownStream | undefined
  await migrate({
    config: sessionConfig(config.DATABASE_URL, service),
    schema: service,
    migrations,
    runtimeRole: config.DATABASE_ROLE,
    afterwards: async (client) => {
      if (config.NEW_EPOCH) await beginEpoch?.(client)
      if (isSource) known = await readKnownStream(client)
    },
  })
  if (known) await provision(service as EventSource, known, environment)
}

async function provision(service: EventSource, known: KnownStream, environment: Environment): Promise<void> {
  const config = readSettings(migrateEventsSettings, environment)
  const user = 'provisioner'
  const log = createLog({ service: user, instance: service, level: 'error' })
  await using connection = await openConnection({
    service: user,
    instance: `migrate-${service}`,
    log,
    ...natsServer(config),
  })
  await provisionEvents(connection.nats, { service, known, replicas: config.STREAM_REPLICAS })
}

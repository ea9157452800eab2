import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import type { Logger } from 'pino'
import type { MigrateOptions } from './migrate.ts'

const LOOK_MS = 500

/** Resolves once every migration that this release knows has been run, by whoever may. Those of a later one do not matter. */
export async function migrated({
  config,
  schema,
  migrations,
  log,
}: MigrateOptions & { log: Logger }): Promise<void> {
  const names = Object.keys(migrations)
  let isWaiting = false
  for (;;) {
    const missing = await missingOf(config, names)
    if (missing.length === 0) return
    if (!isWaiting) log.warn({ schema, missing }, 'waits for the migrations of its schema')
    isWaiting = true
    await delay(LOOK_MS)
  }
}

async function missingOf(config: pg.ClientConfig, names: readonly string[]): Promise<string[]> {
  const client = new pg.Client(config)
  client.on('error', () => undefined)
  await client.connect()
  try {
    // Without rights on the schema it is as if it were not there.
    const { rowCount } = await client.query("select where to_regclass('kysely_migration') is not null")
    if (rowCount === 0) return [...names]
    const { rows } = await client.query<{ name: string }>('select name from kysely_migration')
    const done = new Set(rows.map(({ name }) => name))
    return names.filter((name) => !done.has(name))
  } finally {
    await client.end()
  }
}

import { sql } from 'kysely'
import { Migrator, type Migration } from 'kysely/migration'
import pg from 'pg'
import { kyselyOn } from './kysely-on.ts'

export interface MigrateOptions {
  /** Of a session of its own, in which a statement may take as long as it needs. */
  config: pg.ClientConfig
  schema: string
  migrations: Record<string, Migration>
  /** Of the service when it runs: may use what is there, and make nothing. Without it the migrating role does both. */
  runtimeRole?: string
  /** In the same session, when the schema is up to date. */
  afterwards?: (client: pg.ClientBase) => Promise<void>
}

/** Brings a schema up to date. Several first starts at once take turns; each migration runs once. */
export async function migrate({
  config,
  schema,
  migrations,
  runtimeRole,
  afterwards,
}: MigrateOptions): Promise<void> {
  const client = new pg.Client(config)
  let lost: Error | undefined
  client.on('error', (err) => (lost = err))
  await client.connect()
  try {
    // Creating a schema is not atomic with `if not exists`; the lock ends with the session, or sooner.
    const lock = [`parley schema ${schema}`]
    await client.query('select pg_advisory_lock(hashtext($1))', lock)
    await client.query(`create schema if not exists ${pg.escapeIdentifier(schema)}`)
    await client.query('select pg_advisory_unlock(hashtext($1))', lock)
    // Kysely's migrator holds an advisory lock of its own while it works.
    const later = await laterMigrations(client, Object.keys(migrations))
    const migrator = new Migrator({
      db: kyselyOn(client),
      provider: { getMigrations: () => Promise.resolve({ ...impatient(migrations), ...later }) },
      migrationTableSchema: schema,
    })
    const { error, results } = await migrator.migrateToLatest()
    const failed = results?.find(({ status }) => status === 'Error')
    const what = failed ? `migration ${failed.migrationName}` : 'migrating'
    if (error) throw new Error(`${what} of ${schema} failed: ${reason(lost ?? error)}`, { cause: error })
    await afterwards?.(client)
    if (runtimeRole) await grantUse(client, schema, runtimeRole)
  } finally {
    await client.end()
  }
}

/** Whoever waits for a table's lock holds up everybody behind them: a migration rather fails, and is tried again. */
const impatient = (migrations: Record<string, Migration>): Record<string, Migration> =>
  Object.fromEntries(
    Object.entries(migrations).map(([name, { up }]) => [
      name,
      {
        up: async (db) => {
          await sql`set local lock_timeout = '2s'`.execute(db)
          await up(db)
        },
      },
    ]),
  )

/** Rights on rows and none on what holds them; nor does anybody else make something in this database. */
async function grantUse(client: pg.Client, schema: string, runtimeRole: string): Promise<void> {
  const [own, role, database] = [schema, runtimeRole, client.database ?? ''].map(pg.escapeIdentifier)
  const rows = 'select, insert, update, delete'
  for (const statement of [
    'begin',
    // Some of it belongs to all schemas, and Postgres fails the later of two who change that at once.
    "select pg_advisory_xact_lock(hashtext('parley rights'))",
    `revoke create, temporary on database ${database} from public`,
    'revoke create on schema public from public',
    `grant usage on schema ${own} to ${role}`,
    `grant ${rows} on all tables in schema ${own} to ${role}`,
    `grant usage, select on all sequences in schema ${own} to ${role}`,
    // Of what functions of the owner make later: partitions, for one.
    `alter default privileges in schema ${own} grant ${rows} on tables to ${role}`,
    `revoke insert, update, delete on ${own}.kysely_migration, ${own}.kysely_migration_lock from ${role}`,
    'commit',
  ]) {
    await client.query(statement)
  }
}

/** What a later release has run already. Releases work side by side while one replaces the other, and after a step back. */
async function laterMigrations(
  client: pg.Client,
  known: readonly string[],
): Promise<Record<string, Migration>> {
  const { rowCount } = await client.query("select where to_regclass('kysely_migration') is not null")
  if (rowCount === 0) return {}
  const last = known.toSorted().at(-1) ?? ''
  const { rows } = await client.query<{ name: string }>('select name from kysely_migration where name > $1', [
    last,
  ])
  return Object.fromEntries(rows.map(({ name }) => [name, { up: () => Promise.resolve() }]))
}

const reason = (err: unknown): string => (err instanceof Error ? err.message : String(err))

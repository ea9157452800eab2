import { Kysely, PostgresDialect, type PostgresPool } from 'kysely'
import { Migrator, type Migration } from 'kysely/migration'
import pg from 'pg'
import type { Logger } from 'pino'
import type { Check } from './probes.ts'

export interface DatabaseOptions {
  url: string
  /** The service's own schema; unqualified names in SQL are in it. */
  schema: string
  poolSize: number
  /** By name; run in the order of their names, each once. */
  migrations: Record<string, Migration>
  log: Logger
}

export interface Database<Tables> extends AsyncDisposable {
  db: Kysely<Tables>
  /** For prepared statements and connections of one's own. */
  pool: pg.Pool
  /** A connection outside the pool, for session locks. */
  connect(): Promise<pg.Client>
  check: Check
}

const INT8 = 20
const STATEMENT_TIMEOUT_MS = 5_000
const CONNECT_TIMEOUT_MS = 3_000

/** Opens a service's database and brings its schema up to date. Whole numbers of 8 bytes are read as numbers: ids and counters stay below 2^53. */
export async function openDb<Tables>({
  url,
  schema,
  poolSize,
  migrations,
  log,
}: DatabaseOptions): Promise<Database<Tables>> {
  const config = clientConfig(url, schema)
  const pool = new pg.Pool({ ...config, max: poolSize })
  // An idle connection that breaks is replaced at the next use; without a listener it would end the process.
  pool.on('error', (err) => log.warn({ err }, 'idle database connection lost'))
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  try {
    await migrate(db, { pool, schema, migrations })
  } catch (err) {
    await db.destroy()
    throw err
  }
  return {
    db,
    pool,
    connect: async () => {
      const client = new pg.Client(config)
      client.on('error', (err) => log.warn({ err }, 'database connection lost'))
      await client.connect()
      return client
    },
    check: async () => {
      await pool.query('select 1')
      return undefined
    },
    [Symbol.asyncDispose]: () => db.destroy(),
  }
}

/** Kysely on one connection of one's own, for what must happen in its session. */
export function kyselyOn<Tables>(client: pg.Client): Kysely<Tables> {
  const only = { query: client.query.bind(client), release: () => undefined }
  const pool = { connect: () => Promise.resolve(only), end: () => Promise.resolve() }
  // Kysely's pool type names the parts of pg's that it calls; these are all of them (kysely 0.29).
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool: pool as unknown as PostgresPool }) })
}

function clientConfig(url: string, schema: string): pg.ClientConfig {
  const types = {
    getTypeParser: (oid: number, format?: 'text' | 'binary') =>
      oid === INT8 ? Number : (pg.types.getTypeParser(oid, format as 'text') as (value: string) => unknown),
  } as pg.CustomTypesConfig
  return {
    connectionString: url,
    application_name: `parley-${schema}`,
    options: `-c search_path=${schema}`,
    types,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  }
}

type MigrateOptions = { pool: pg.Pool; schema: string; migrations: Record<string, Migration> }

async function migrate<Tables>(
  db: Kysely<Tables>,
  { pool, schema, migrations }: MigrateOptions,
): Promise<void> {
  // Two first starts at once would both find the schema missing: creating it is not atomic with `if not exists`.
  const client = await pool.connect()
  try {
    await client.query('select pg_advisory_lock(hashtext($1))', [`parley schema ${schema}`])
    await client.query(`create schema if not exists ${pg.escapeIdentifier(schema)}`)
    await client.query('select pg_advisory_unlock(hashtext($1))', [`parley schema ${schema}`])
  } finally {
    client.release()
  }
  // Kysely's migrator holds an advisory lock of its own while it works.
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(migrations) },
    migrationTableSchema: schema,
  })
  const { error, results } = await migrator.migrateToLatest()
  const failed = results?.find(({ status }) => status === 'Error')
  if (error) throw new Error(`migration ${failed?.migrationName ?? ''} of ${schema} failed`, { cause: error })
}

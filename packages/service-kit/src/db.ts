import type { Socket } from 'node:net'
import { Kysely, PostgresDialect } from 'kysely'
import type { Migration } from 'kysely/migration'
import pg from 'pg'
import type { Logger } from 'pino'
import { migrate } from './migrate.ts'
import { migrated } from './migrated.ts'
import { PREPARED_SESSION, preparingClient } from './prepared.ts'
import type { Check } from './probes.ts'

export interface DatabaseOptions {
  url: string
  /** The service's own schema; unqualified names in SQL are in it. */
  schema: string
  poolSize: number
  /** By name; run in the order of their names, each once. */
  migrations: Record<string, Migration>
  /** False for a role without that right, which waits for somebody else to have run them. */
  mayMigrate?: boolean
  /** Statements that come again are prepared, and planned by indexes wherever there is one. */
  prepares?: boolean
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
const SILENT_MS = 8_000

/** Opens a service's database, whose schema is up to date then. Whole numbers of 8 bytes are read as numbers: ids and counters stay below 2^53. */
export async function openDb<Tables>({
  url,
  schema,
  poolSize,
  migrations,
  mayMigrate = true,
  prepares = false,
  log,
}: DatabaseOptions): Promise<Database<Tables>> {
  const session = sessionConfig(url, schema)
  if (mayMigrate) await migrate({ config: session, schema, migrations })
  else await migrated({ config: session, schema, migrations, log })

  const config = { ...session, ...timeouts }
  const own = prepares
    ? { ...sessionConfig(url, schema, PREPARED_SESSION), Client: preparingClient(log) }
    : session
  const pool = new pg.Pool({ ...own, ...timeouts, max: poolSize })
  // The pool watches idle connections only. One that breaks in use fails its query too, but emits 'error' as well,
  // and without a listener that would end the process (pg 8.23).
  pool.on('connect', (client) => {
    client.on('error', (err) => log.debug({ err }, 'database connection lost'))
    endWhenSilent(client)
  })
  pool.on('error', (err) => log.warn({ err }, 'idle database connection lost'))
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  return {
    db,
    pool,
    connect: async () => {
      const client = new pg.Client(config)
      client.on('error', (err) => log.warn({ err }, 'database connection lost'))
      await client.connect()
      endWhenSilent(client)
      return client
    },
    check: async () => {
      await pool.query('select 1')
      return undefined
    },
    [Symbol.asyncDispose]: () => db.destroy(),
  }
}

/**
 * Ends a connection whose question finds no answer: the server may be gone without a word, and TCP by itself would wait
 * for a quarter of an hour. A server that is there answers sooner, if only by its statement timeout.
 */
function endWhenSilent(client: pg.ClientBase): void {
  // The socket is not in the type (pg 8.23).
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection
  let answered = stream.bytesWritten
  stream.on('data', () => (answered = stream.bytesWritten))
  stream.setTimeout(SILENT_MS).on('timeout', () => {
    if (stream.bytesWritten > answered) stream.destroy(new Error('Connection terminated: no answer'))
  })
}

const timeouts = {
  statement_timeout: STATEMENT_TIMEOUT_MS,
  idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
}

/**
 * Has the server look after who is connected: of a machine that is gone it would learn only after two hours, and so long
 * its locks would be nobody's. Seconds, seconds, times.
 */
const WATCHED = { tcp_keepalives_idle: 5, tcp_keepalives_interval: 2, tcp_keepalives_count: 3 }

/** A session in a schema. Whole numbers of 8 bytes are read as numbers: ids and counters stay below 2^53. */
export function sessionConfig(
  url: string,
  schema: string,
  settings: Record<string, string> = {},
): pg.ClientConfig {
  const types = {
    getTypeParser: (oid: number, format?: 'text' | 'binary') =>
      oid === INT8 ? Number : (pg.types.getTypeParser(oid, format as 'text') as (value: string) => unknown),
  } as pg.CustomTypesConfig
  return {
    connectionString: url,
    application_name: `parley-${schema}`,
    options: Object.entries({ search_path: schema, ...WATCHED, ...settings })
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
    types,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  }
}

import type { Socket } from 'node:net'
import { Kysely, PostgresDialect } from 'kysely'
import type { Migration } from 'kysely/migration'
import pg from 'pg'
import type { Logger } from 'pino'
import { migrate } from './migrate.ts'
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
const SILENT_MS = 8_000

/** Opens a service's database and brings its schema up to date. Whole numbers of 8 bytes are read as numbers: ids and counters stay below 2^53. */
export async function openDb<Tables>({
  url,
  schema,
  poolSize,
  migrations,
  log,
}: DatabaseOptions): Promise<Database<Tables>> {
  const session = sessionConfig(url, schema)
  await migrate({ config: session, schema, migrations })

  const config = { ...session, ...timeouts }
  const pool = new pg.Pool({ ...config, max: poolSize })
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

function sessionConfig(url: string, schema: string): pg.ClientConfig {
  const types = {
    getTypeParser: (oid: number, format?: 'text' | 'binary') =>
      oid === INT8 ? Number : (pg.types.getTypeParser(oid, format as 'text') as (value: string) => unknown),
  } as pg.CustomTypesConfig
  return {
    connectionString: url,
    application_name: `parley-${schema}`,
    options: `-c search_path=${schema}`,
    types,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
  }
}

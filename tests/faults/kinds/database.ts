import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import type { Fault } from '../fault.ts'

const TAKEN_MS = 5_000
const LOCKED_MS = 6_000
const FULL_MS = 5_000

/** Undefined where there is no room for another client. */
async function enter(url: string): Promise<pg.Client | undefined> {
  const client = new pg.Client({ connectionString: url, application_name: 'faults' })
  // What ends a session fails its next query too.
  client.on('error', () => undefined)
  try {
    await client.connect()
    return client
  } catch (err) {
    if ((err as pg.DatabaseError).code === TOO_MANY) return undefined
    throw err
  }
}

const TOO_MANY = '53300'

/** All connections are somebody else’s: those of the services are ended, and there is no room for others. */
export const connectionsTaken: Fault = {
  kind: 'connections to postgres taken',
  ends: [],
  inflict: async ({ stand }) => {
    const taken: pg.Client[] = []
    for (let next = await enter(stand.databaseUrl); next; next = await enter(stand.databaseUrl)) {
      if (taken.length === 0)
        await next.query(
          `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'parley-%'`,
        )
      taken.push(next)
    }
    if (taken.length === 0) throw new Error('there was no connection to take')
    await delay(TAKEN_MS)
    await Promise.all(taken.map((client) => client.end()))
  },
}

/** As by a change of tables that does not come to its end. */
export const tablesLocked: Fault = {
  kind: 'tables locked',
  ends: [],
  inflict: async ({ stand }) => {
    const client = await enter(stand.databaseUrl)
    if (!client) throw new Error('there was no room for who locks tables')
    while (!(await lockAll(client)));
    await delay(LOCKED_MS)
    await client.query('rollback')
    await client.end()
  },
}

const DEADLOCK = '40P01'

/** False where a transaction of a service stood in the way, and Postgres chose this one to give in. */
async function lockAll(client: pg.Client): Promise<boolean> {
  await client.query('begin')
  try {
    await client.query('lock table messaging.message, messaging.conversation, matching.pair, auth.account')
    return true
  } catch (err) {
    await client.query('rollback')
    if ((err as { code?: string }).code === DEADLOCK) return false
    throw err
  }
}

/** Sixteen megabytes are one segment of the log, which is there before it is needed. */
const PIECE = 'select pg_logical_emit_message(false, $1, repeat($1, 1000000), true)'
const MOST_PIECES = 500

/** Not even the log of what is written has space. Postgres may end by that, and has to be started again then. */
export const postgresDiskFull: Fault = {
  kind: 'disk of postgres full',
  ends: [],
  inflict: async ({ stand }) => {
    const free = await stand.postgresDisk?.fill()
    await writeUntilRefused(stand.databaseUrl)
    await delay(FULL_MS)
    await free?.()
    await stand.revive('postgres')
  },
}

async function writeUntilRefused(url: string): Promise<void> {
  const client = await enter(url)
  if (!client) throw new Error('there was no room for who writes')
  try {
    for (let n = 0; n < MOST_PIECES; n++) await client.query(PIECE, ['x'])
  } catch (err) {
    if (isFull(err as pg.DatabaseError)) return
    throw err
  } finally {
    await client.end().catch(() => undefined)
  }
  throw new Error('there was space for all that was written')
}

/** Postgres says so itself, or is gone by it. */
const isFull = ({ code = '', message }: pg.DatabaseError): boolean =>
  /^(53100|57P)/.test(code) || message.startsWith('Connection terminated')

/** What has moved the address to the other server breaks what is connected to the one that was there. */
export const postgresFailsOver: Fault = {
  kind: 'postgres fails over to its standby',
  ends: ['postgres'],
  inflict: async ({ stand }) => {
    await stand.postgresServers.failOver()
    stand.ways.postgres.breakNow()
  },
}

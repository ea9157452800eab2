import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import type { Fault } from '../fault.ts'

const TAKEN_MS = 5_000
const LOCKED_MS = 6_000

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

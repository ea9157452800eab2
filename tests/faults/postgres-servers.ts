import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually } from '@parley/testkit'
import pg from 'pg'
import {
  durablePostgres,
  ownPostgres,
  startServer,
  supervise,
  type Server,
  type Supervised,
} from './servers.ts'

/** The Postgres servers of a stand, one or two. */
export interface PostgresServers extends AsyncDisposable {
  /** Of the one that takes what is written. */
  url(): string
  port(): number
  byName: ReadonlyMap<string, Supervised>
  pids(): [string, number][]
  /** Ends the one that takes what is written, for good; its standby takes its place. */
  failOver(): Promise<void>
}

export async function startOnePostgres(): Promise<PostgresServers> {
  await using stack = new AsyncDisposableStack()
  const server = stack.use(await ownPostgres())
  const supervised = stack.use(supervise(server))
  const keep = stack.move()
  return {
    url: () => server.url,
    port: () => server.port,
    byName: new Map([['postgres', supervised]]),
    pids: () => [['postgres', server.pid()]],
    // Nobody could take its place.
    failOver: () => Promise.reject(new Error('one server has no standby')),
    [Symbol.asyncDispose]: () => keep.disposeAsync(),
  }
}

const STANDBY = 'standby'

/** Nothing is acknowledged before the standby has it too. The one that is first stores on `disk`. */
export async function startPostgresPair(disk?: string): Promise<PostgresServers> {
  await using stack = new AsyncDisposableStack()
  const primary = stack.use(await ownPostgres(disk))
  const standby = stack.use(
    await startServer(async (place) => {
      if (!existsSync(place.dataDir)) await copyTo(primary, place.dataDir)
      return durablePostgres(place)
    }),
  )
  await query(primary.url, `alter system set synchronous_standby_names = '${STANDBY}'`)
  await query(primary.url, 'select pg_reload_conf()')
  await eventually(() => expectInStep(primary))
  const supervised = stack.use(supervise(primary))
  const keep = stack.move()
  let current = primary
  return {
    url: () => current.url,
    port: () => current.port,
    byName: new Map([['postgres', supervised]]),
    pids: () => [['postgres', current.pid()]],
    failOver: async () => {
      await expectInStep(primary)
      await primary.remove()
      await query(standby.url, 'select pg_promote()')
      current = standby
    },
    [Symbol.asyncDispose]: () => keep.disposeAsync(),
  }
}

/** Copies what a server has at rest, for another one that follows it: as operators do, by a slot that keeps what it has not read. */
async function copyTo(primary: Server, dataDir: string): Promise<void> {
  await query(primary.url, `select pg_create_physical_replication_slot('${STANDBY}', true)`)
  await primary.retire('SIGINT')
  execFileSync('cp', ['-a', primary.dataDir, dataDir])
  await writeFile(join(dataDir, 'standby.signal'), '')
  const from = `host=127.0.0.1 port=${primary.port} user=postgres application_name=${STANDBY}`
  await appendFile(
    join(dataDir, 'postgresql.auto.conf'),
    `primary_conninfo = '${from}'\nprimary_slot_name = '${STANDBY}'\nwal_retrieve_retry_interval = '100ms'\n`,
  )
  await primary.bringBack()
}

async function expectInStep({ url }: Server): Promise<void> {
  const rows = await query(url, 'select sync_state from pg_stat_replication')
  if (rows[0]?.['sync_state'] !== 'sync') throw new Error('no standby has what is acknowledged')
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text)).rows
  } finally {
    await client.end()
  }
}

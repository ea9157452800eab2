// Events leave a service in two steps: a row in its outbox, in the transaction that made them true; then, once
// committed, a message in its JetStream stream. The row of `outbox_head` is locked from the first event of a
// transaction to its commit, so positions have no holes and become visible in order (no late commit is skipped).
import { jetstream } from '@nats-io/jetstream'
import { subjects, type Event, type Payload } from '@parley/protocol'
import { sql, type Kysely, type QueryExecutorProvider } from 'kysely'
import type { Migration } from 'kysely/migration'
import type pg from 'pg'
import type { Logger } from 'pino'
import type { Bus } from './bus.ts'
import { ensureStream } from './event-stream.ts'
import type { Database } from './db.ts'

/** The tables that `appendEvent` and `relayOutbox` need; a migration of each service that publishes events. */
export const outboxMigration: Migration = {
  up: async (db: Kysely<unknown>) => {
    await sql`create table outbox (
      pos bigint primary key, event text not null, payload jsonb not null, created_at timestamptz not null default now()
    )`.execute(db)
    await sql`create table outbox_head (only_one bool primary key default true check (only_one), pos bigint not null, published_pos bigint not null)`.execute(
      db,
    )
    await sql`insert into outbox_head (pos, published_pos) values (0, 0)`.execute(db)
  },
}

/** Records an event in the caller's transaction. */
export async function appendEvent<E extends Event>(
  tx: QueryExecutorProvider,
  event: E,
  payload: Payload<E>,
): Promise<void> {
  await sql`
    with head as (update outbox_head set pos = pos + 1 returning pos)
    insert into outbox (pos, event, payload) select pos, ${event.name}, ${JSON.stringify(payload)}::jsonb from head`.execute(
    tx,
  )
}

export interface RelayOptions {
  service: string
  database: Pick<Database<unknown>, 'connect'>
  bus: Bus
  log: Logger
}

export interface Relay extends AsyncDisposable {
  /** Looks for new events now instead of at the next tick. */
  wake(): void
}

const TICK_MS = 500
const STANDBY_MS = 2_000
const MOST_ROWS = 100
const RETAINED = '48 hours'

/**
 * Publishes committed events in order: to JetStream, and as a live copy for instances that listen. One instance of a
 * service does it at a time, under a session lock; a repeat after a crash is dropped by the stream's message ids.
 */
export function relayOutbox({ service, database, bus, log }: RelayOptions): Relay {
  let stopped = false
  let isLeader = false
  let woken = false
  let endPause = (): void => {}

  /** Ends at the next wake, at once if one came since the last pause. */
  const pauseUnlessWoken = async (ms: number): Promise<void> => {
    if (!woken && !stopped) await pause(ms)
    woken = false
  }
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      endPause = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  const lead = async (client: pg.Client): Promise<void> => {
    const { rows } = await client.query<{ locked: boolean }>(
      'select pg_try_advisory_lock(hashtext($1)) as locked',
      [`outbox ${service}`],
    )
    if (!rows[0]?.locked) return
    isLeader = true
    await republishIfLost(client)
    while (!stopped) {
      if ((await publishNext(client)) === 0) await pauseUnlessWoken(TICK_MS)
    }
  }
  const republishIfLost = async (client: pg.Client): Promise<void> => {
    if (await ensureStream(bus.nats, service)) {
      await client.query(
        'update outbox_head set published_pos = coalesce((select min(pos) - 1 from outbox), pos)',
      )
    }
  }
  const publishNext = async (client: pg.Client): Promise<number> => {
    const { rows } = await client.query<{ pos: number; event: string; payload: unknown }>(
      `select pos, event, payload from outbox where pos > (select published_pos from outbox_head) order by pos limit ${MOST_ROWS}`,
    )
    const last = rows.at(-1)
    if (!last) return 0
    for (const { pos, event, payload } of rows) {
      const line = JSON.stringify({ event, payload })
      await jetstream(bus.nats).publish(subjects.log(service), line, { msgID: `${service}:${pos}` })
      bus.nats.publish(subjects.broadcast(event), JSON.stringify(payload))
    }
    await client.query('update outbox_head set published_pos = $1 where published_pos < $1', [last.pos])
    // Up to the first row that is retained: what a deletion reads does not grow with what stays.
    await client.query(
      `delete from outbox where pos <= $1 and pos <
        (select pos from outbox where created_at >= now() - interval '${RETAINED}' order by pos limit 1)`,
      [last.pos],
    )
    return rows.length
  }

  const loop = async (): Promise<void> => {
    while (!stopped) {
      let client: pg.Client | undefined
      try {
        client = await database.connect()
        await lead(client)
      } catch (err) {
        if (!stopped) log.warn({ err }, 'outbox cannot be published now')
      } finally {
        isLeader = false
        await client?.end().catch((err: unknown) => log.debug({ err }, 'connection was gone'))
      }
      if (!stopped) await pause(STANDBY_MS)
    }
  }
  const done = loop()
  return {
    wake: () => {
      woken = true
      // A standby has nothing to look for: it would only ask for the lock once more.
      if (isLeader) endPause()
    },
    [Symbol.asyncDispose]: async () => {
      stopped = true
      endPause()
      await done
    },
  }
}

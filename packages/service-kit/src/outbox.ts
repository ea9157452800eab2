// Events leave a service in two steps: a row in its outbox, in the transaction that made them true; then, once
// committed, a message in its JetStream stream. The row of `outbox_head` is locked from the first event of a
// transaction to its commit, so positions have no holes and become visible in order (no late commit is skipped).
import type { Event, Payload } from '@parley/protocol'
import { sql, type Kysely, type QueryExecutorProvider } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { ClientBase } from 'pg'
import { MOST_EVENT_BYTES } from './event-stream.ts'
import type { KnownStream } from './stream-state.ts'

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

/** What the stream must hold that events were published to, by which a damaged one is known; and how often it was filled again. */
export const outboxStreamMigration: Migration = {
  up: async (db: Kysely<unknown>) => {
    await sql`alter table outbox_head
      add column stream_created text, add column stream_seq bigint not null default 0,
      add column stream_damaged bool not null default false, add column refills int not null default 0`.execute(
      db,
    )
  },
}

/** Of a session in the schema of the service that publishes. Positions have no holes, and what is too old goes from the front. */
export async function readKnownStream(client: ClientBase): Promise<KnownStream> {
  const { rows } = await client.query<KnownStream>(
    `select stream_created as created, stream_seq as seq, stream_damaged as "isDamaged",
       greatest(0, published_pos + 1 - coalesce((select min(pos) from outbox), published_pos + 1)) as held
     from outbox_head`,
  )
  return rows[0] ?? { created: null, seq: 0, held: 0, isDamaged: false }
}

/** Records an event in the caller's transaction. */
export async function appendEvent<E extends Event>(
  tx: QueryExecutorProvider,
  event: E,
  payload: Payload<E>,
): Promise<void> {
  const json = JSON.stringify(payload)
  // Refused where it is made: behind an event that the stream does not take, all others would wait.
  if (json.length > MOST_CHARS) throw new Error(`${event.name} is too large: ${json.length} characters`)
  await sql`
    with head as (update outbox_head set pos = pos + 1 returning pos)
    insert into outbox (pos, event, payload) select pos, ${event.name}, ${json}::jsonb from head`.execute(tx)
}

/** A character is at most 3 bytes of UTF-8. */
const MOST_CHARS = Math.floor(MOST_EVENT_BYTES / 3) - 1_000

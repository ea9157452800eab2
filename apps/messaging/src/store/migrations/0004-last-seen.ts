import { sql, type Kysely } from 'kysely'

/** When people were last known to be there; written when they are told to be offline, never while they are online. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table last_seen (user_id bigint primary key, seen_at timestamptz not null)
    with (fillfactor = 70)`.execute(db)
}

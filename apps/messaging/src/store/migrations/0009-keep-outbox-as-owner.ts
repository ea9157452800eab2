import { sql, type Kysely } from 'kysely'

/** The service makes and drops the outbox's partitions by this function alone: its role may neither make nor drop a table. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter function keep_outbox() security definer set search_path from current`.execute(db)
}

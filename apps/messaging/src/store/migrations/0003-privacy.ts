import { sql, type Kysely } from 'kysely'

/** What people share of themselves; who has never used a switch has no row and shares all. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table privacy (
    user_id bigint primary key, receipts bool not null, typing bool not null, presence bool not null
  )`.execute(db)
}

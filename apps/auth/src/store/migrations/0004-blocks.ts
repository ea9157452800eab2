import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    sql`create table block (
      blocker_id bigint not null, blocked_id bigint not null, primary key (blocker_id, blocked_id)
    )`,
    sql`create index block_blocked_idx on block (blocked_id, blocker_id)`,
  ]
  for (const statement of statements) await statement.execute(db)
}

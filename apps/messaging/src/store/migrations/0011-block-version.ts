import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // What was heard last of a block, the ended ones too: events may be told again.
  await sql`create table block_version (
    blocker_id bigint not null, blocked_id bigint not null, version bigint not null, primary key (blocker_id, blocked_id)
  )`.execute(db)
}

import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // Numbers what is told of the pair's blocks.
  await sql`alter table pair add column block_version bigint not null default 0`.execute(db)
}

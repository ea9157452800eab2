import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // pos: with which its person's devices were told; what was hidden before there was one is told to nobody.
  await sql`alter table hidden_message
    add column conversation_id bigint not null default 0, add column pos bigint not null default 0`.execute(
    db,
  )
  await sql`create index hidden_message_told_idx on hidden_message (user_id, conversation_id, pos)`.execute(
    db,
  )
  await sql`create index hidden_message_id_idx on hidden_message (message_id)`.execute(db)
}

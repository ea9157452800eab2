import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // saved_no: in the order of saving.
  await sql`create table saved_message (
    user_id bigint not null, message_id bigint not null, saved_no bigint generated always as identity,
    primary key (user_id, message_id)
  )`.execute(db)
  await sql`create unique index saved_message_order_idx on saved_message (user_id, saved_no)`.execute(db)
}

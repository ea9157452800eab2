import { sql, type Kysely } from 'kysely'

/**
 * What staff's lists and syncs are made from. An index on the conversations themselves would have to be kept with each
 * message of every kind, since it would be of columns that change with each.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table support_conversation (
    conversation_id bigint primary key, shard smallint not null, user_id bigint not null, is_open bool not null,
    updated_at timestamptz not null, pos bigint not null
  )`.execute(db)
  await sql`create unique index support_conversation_open_idx on support_conversation (user_id) where is_open`.execute(
    db,
  )
  await sql`create index support_conversation_activity_idx on support_conversation (updated_at, conversation_id)`.execute(
    db,
  )
  await sql`create index support_conversation_pos_idx on support_conversation (shard, pos)`.execute(db)
}

import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    sql`create table report (
      id bigint constraint report_pkey primary key,
      reporter_id bigint not null, reported_id bigint not null, check (reporter_id <> reported_id),
      reason text not null, detail text,
      message_id bigint, conversation_id bigint,
      card jsonb, bio text, messages jsonb not null,
      client_id uuid,
      created_at timestamptz(3) not null
    )`,
    sql`create unique index report_client_id_idx on report (reporter_id, client_id) where client_id is not null`,
    // What the limit per reporter counts, and what is known of a reported person.
    sql`create index report_reporter_idx on report (reporter_id, created_at desc)`,
    sql`create index report_reported_idx on report (reported_id, created_at desc)`,
  ]
  for (const statement of statements) await statement.execute(db)
}

import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    sql`create table audit (
      id bigint generated always as identity primary key,
      at timestamptz not null,
      actor_id bigint, action text not null, subject_id bigint not null, detail jsonb not null
    )`,
    sql`create index audit_subject_idx on audit (subject_id, id)`,
    // Admins are few: whether there is another one costs no look through all accounts.
    sql`create index account_staff_idx on account (id) where role in ('agent', 'admin')`,
  ]
  for (const statement of statements) await statement.execute(db)
}

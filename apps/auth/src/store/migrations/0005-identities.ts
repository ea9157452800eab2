import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    sql`create table identity (
      issuer text not null, subject text not null,
      user_id bigint not null references account on delete cascade,
      created_at timestamptz not null,
      constraint identity_pkey primary key (issuer, subject)
    )`,
    sql`create index identity_user_idx on identity (user_id)`,
  ]
  for (const statement of statements) await statement.execute(db)
}

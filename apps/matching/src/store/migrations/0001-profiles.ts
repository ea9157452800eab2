import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    sql`create sequence profile_place`,
    sql`create table profile (
      user_id bigint primary key,
      bio text,
      gender text,
      birth_date date,
      interests text[] not null default '{}',
      interest_keys text[] not null default '{}',
      is_visible bool not null default true,
      wanted_genders text[], min_age int, max_age int, check (min_age <= max_age),
      place bigint not null default nextval('profile_place'),
      listed_at timestamptz(3) not null default now(),
      created_at timestamptz(3) not null default now()
    )`,
    sql`create index profile_place_idx on profile (place desc) where is_visible`,
  ]
  for (const statement of statements) await statement.execute(db)
}

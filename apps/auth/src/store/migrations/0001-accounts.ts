import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    // Collation "C" lets one index serve equality, order and prefixes, whatever locale the server has.
    sql`create table account (
      id bigint primary key,
      username text collate "C" not null constraint account_username_key unique,
      email text constraint account_email_key unique,
      phone text constraint account_phone_key unique,
      password_hash text,
      first_name text not null, last_name text not null, profile_picture text,
      name_key text collate "C" not null, last_name_key text collate "C" not null,
      role text not null default 'user' check (role in ('user', 'agent', 'admin')),
      version int not null default 1,
      created_at timestamptz not null
    )`,
    sql`create index account_name_idx on account (name_key, id)`,
    sql`create index account_last_name_idx on account (last_name_key, id)`,
    sql`create table session (
      id text primary key,
      user_id bigint not null references account on delete cascade,
      device text,
      family_hash text not null unique,
      token_hash text not null, previous_hash text, successor_nonce text, rotated_at timestamptz,
      created_at timestamptz not null, last_used_at timestamptz not null,
      expires_at timestamptz not null, ended_at timestamptz,
      opened_by text
    ) with (fillfactor = 80)`,
    sql`create index session_user_idx on session (user_id)`,
    sql`create index session_opened_by_idx on session (opened_by) where opened_by is not null`,
    sql`create index session_expires_idx on session (expires_at) where ended_at is null`,
    sql`create index session_ended_idx on session (ended_at) where ended_at is not null`,
    sql`create table ticket (
      ticket_hash text primary key,
      session_id text not null references session on delete cascade,
      expires_at timestamptz not null
    )`,
    sql`create index ticket_session_idx on ticket (session_id)`,
    sql`create index ticket_expires_idx on ticket (expires_at)`,
    sql`create table signing_key (kid text primary key, private_jwk jsonb not null, use_from timestamptz not null)`,
    // Counters against guessing: a crash may lose them, so they need no write-ahead log.
    sql`create unlogged table rate_limit (key text primary key, idle_at_ms double precision not null) with (fillfactor = 50)`,
    sql`create unlogged table guess (
      key text primary key, failures int not null, last_failed_at timestamptz not null, blocked_until timestamptz not null
    ) with (fillfactor = 50)`,
  ]
  for (const statement of statements) await statement.execute(db)
}

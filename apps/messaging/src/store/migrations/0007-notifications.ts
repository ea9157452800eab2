import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    // The shard of an id names the lane whose position `pos` is. message_id: the message that named the person. is_silent: no
    // frame tells of it.
    sql`create table notification (
      id bigint primary key, user_id bigint not null, notification_type text not null, title text not null, message text not null,
      data jsonb, message_id bigint, job_id bigint, is_silent bool not null, pos bigint not null,
      created_at timestamptz not null, read_at timestamptz
    )`,
    sql`create index notification_user_idx on notification (user_id, created_at desc, id desc)`,
    sql`create index notification_unread_idx on notification (user_id, created_at desc, id desc) where read_at is null`,
    sql`create unique index notification_job_idx on notification (job_id, user_id) where job_id is not null`,
    sql`create index notification_message_idx on notification (message_id) where message_id is not null`,
    sql`create index notification_age_idx on notification using brin (created_at)`,
    // What admins asked for, kept as the record of it: for named people, a role, or, with neither, everyone. after_user_id: how
    // far it has come; is_late: in its second pass, over those who were not known at the first.
    sql`create table notification_job (
      id bigint generated always as identity primary key, created_by bigint not null, client_id uuid,
      title text not null, message text not null, notification_type text not null, data jsonb,
      user_ids jsonb, role text, check (num_nonnulls(user_ids, role) < 2),
      after_user_id bigint not null default 0, is_late bool not null default false,
      created_at timestamptz not null default now(), due_at timestamptz not null default now(),
      notified bigint, done_at timestamptz,
      unique (created_by, client_id)
    )`,
    sql`create index notification_job_due_idx on notification_job (due_at) where done_at is null`,
    sql`create table notification_preference (user_id bigint primary key, types jsonb not null, quiet_hours jsonb)`,
  ]
  for (const statement of statements) await statement.execute(db)
}

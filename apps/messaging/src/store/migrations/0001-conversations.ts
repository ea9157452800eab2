import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    // The one row of facts about this store. A new epoch says that committed data may have been lost.
    sql`create table store (
      only_one bool primary key default true check (only_one),
      epoch text not null, lanes int not null check (lanes between 1 and 256)
    )`,
    sql`create table lane (
      lane int primary key, pos bigint not null default 0, published_pos bigint not null default 0,
      next_id bigint not null default 1, owner_epoch bigint not null default 0
    ) with (fillfactor = 50)`,
    // Copies of auth's cards; version 0 for one that was asked for before auth told of it.
    sql`create table user_card (
      user_id bigint primary key, username text not null, first_name text not null, last_name text not null,
      profile_picture text, version int not null default 0, known_at timestamptz not null default now()
    )`,
    sql`create index user_card_known_idx on user_card (known_at)`,
    // pos, meta_pos, opened_pos, match_pos: the lane position of the last change of any kind, of the last one outside
    // messages and receipts, of the opening, and of the present match.
    sql`create table conversation (
      id bigint primary key, kind text not null, state text not null, title text, picture text, member_count int not null,
      low_user_id bigint, high_user_id bigint, check (low_user_id < high_user_id),
      created_by bigint, client_id uuid,
      match_id bigint, match_generation int, match_created_at timestamptz, match_pos bigint not null default 0,
      last_seq bigint not null default 0, last_rev bigint not null default 0, text_count bigint not null default 0,
      pins jsonb not null default '[]',
      pos bigint not null, meta_pos bigint not null, opened_pos bigint not null,
      created_at timestamptz not null, updated_at timestamptz not null,
      unique (low_user_id, high_user_id), unique (created_by, client_id)
    ) with (fillfactor = 70)`,
    // joined_seq: what a member may see stands above it. left_pos: the lane position at which they left, null for a
    // member; 0 for who never was one, which is staff that has read a support conversation and written nothing there.
    // unread_from: the seq at which the member's private mark begins, 0 for none; unread_extra counts what it makes unread.
    // own_pos: the lane position of the last change that is the member's alone.
    sql`create table member (
      conversation_id bigint not null, user_id bigint not null, role text not null, joined_at timestamptz not null,
      read_seq bigint not null default 0, delivered_seq bigint not null default 0,
      read_texts bigint not null default 0, unread_extra int not null default 0,
      unread_from bigint not null default 0, muted_until timestamptz,
      is_pinned bool not null default false, is_archived bool not null default false, draft jsonb,
      joined_seq bigint not null default 0, left_pos bigint, own_pos bigint not null default 0,
      read_pos bigint not null default 0, delivered_pos bigint not null default 0,
      primary key (conversation_id, user_id)
    ) with (fillfactor = 70)`,
    sql`create index member_user_idx on member (user_id, conversation_id)`,
    sql`create index member_joined_idx on member (conversation_id, joined_at, user_id) where left_pos is null`,
    // pos: the lane position of the last change. text_no counts the conversation's messages that people wrote.
    sql`create table message (
      conversation_id bigint not null, seq bigint not null, id bigint not null unique, rev bigint not null, pos bigint not null,
      sender_id bigint not null, client_id uuid, kind text not null, text_no bigint not null, content text not null,
      parent_id bigint, reply_count int not null default 0,
      attachments jsonb, reactions jsonb, mentions jsonb, quote jsonb, system jsonb, forwarded_from bigint,
      created_at timestamptz not null, edited_at timestamptz, deleted_at timestamptz,
      primary key (conversation_id, seq),
      unique (conversation_id, rev),
      unique (conversation_id, sender_id, client_id)
    )`,
    sql`create index message_thread_idx on message (parent_id, seq) where parent_id is not null`,
    // What a message said before an edit.
    sql`create table message_edit (
      message_id bigint not null, rev bigint not null, content text not null, replaced_at timestamptz not null,
      primary key (message_id, rev)
    )`,
    // Messages that a person has deleted for themselves.
    sql`create table hidden_message (user_id bigint not null, message_id bigint not null, primary key (user_id, message_id))`,
    // Copies of matching's blocks; both ways they keep a pair from writing to each other.
    sql`create table block (blocker_id bigint not null, blocked_id bigint not null, primary key (blocker_id, blocked_id))`,
    sql`create index block_blocked_idx on block (blocked_id)`,
    // One row a batch; whole days are dropped, rows never are.
    sql`create table outbox (
      lane int not null, pos bigint not null, payload text not null, created_at timestamptz not null default now(),
      primary key (lane, pos, created_at)
    ) partition by range (created_at)`,
    // Rows live for two days and are read once, if ever: to compress them would cost more than the disk does.
    sql`alter table outbox alter column payload set storage external`,
  ]
  for (const statement of statements) await statement.execute(db)
}

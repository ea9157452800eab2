import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    sql`create sequence choice`,
    // One row for two people, so that one row lock orders what they choose at the same instant.
    sql`create table pair (
      lo bigint not null, hi bigint not null, primary key (lo, hi), check (lo < hi),
      lo_state text check (lo_state in ('liked', 'passed')), lo_choice bigint,
      hi_state text check (hi_state in ('liked', 'passed')), hi_choice bigint,
      generation int not null default 0,
      match_id bigint constraint pair_match_id_key unique,
      matched_at timestamptz(3),
      conversation_id bigint,
      check ((lo_state is null) = (lo_choice is null)),
      check ((hi_state is null) = (hi_choice is null)),
      check ((match_id is null) = (matched_at is null)),
      check (match_id is null or (lo_state = 'liked' and hi_state = 'liked' and generation > 0)),
      check (conversation_id is null or match_id is not null)
    )`,
    // A person's last choice, and a person's matches, newest first: one index for each side of the pair.
    sql`create index pair_lo_choice_idx on pair (lo, lo_choice desc) where lo_choice is not null`,
    sql`create index pair_hi_choice_idx on pair (hi, hi_choice desc) where hi_choice is not null`,
    sql`create index pair_lo_match_idx on pair (lo, matched_at desc, match_id desc) where match_id is not null`,
    sql`create index pair_hi_match_idx on pair (hi, matched_at desc, match_id desc) where match_id is not null`,
  ]
  for (const statement of statements) await statement.execute(db)
}

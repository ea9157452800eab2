// Rows that stand in the way of nobody: what they cost is their number. They go in by one statement, which costs the
// tables what COPY would, and the planner learns of them.
import pg from 'pg'

/** Where the ids of these rows begin. Other ids are small or random, and all are below 2^53. */
const BASE = 2 ** 50
const MESSAGES_A_CONVERSATION = 1_000

/** Messages of conversations that nobody opens. */
export const fillHistory = (url: string, messages: number): Promise<void> =>
  fill(
    url,
    ['message'],
    [
      `insert into message (conversation_id, seq, id, rev, pos, sender_id, client_id, kind, text_no, content, created_at)
      select ${BASE} + n / ${MESSAGES_A_CONVERSATION} * 256, n % ${MESSAGES_A_CONVERSATION} + 1, ${BASE} + n * 256,
        n % ${MESSAGES_A_CONVERSATION} + 1, 1, ${BASE}, gen_random_uuid(), 'text', n % ${MESSAGES_A_CONVERSATION} + 1, repeat('x', 120), now()
      from generate_series(0::bigint, ${messages} - 1) as n`,
    ],
  )

/** As many conversations for each person that there is, each with somebody who exists for that alone. */
export const fillConversations = (url: string, each: number): Promise<void> =>
  fill(
    url,
    ['user_card', 'conversation', 'member'],
    [
      `create temporary table filling as select row_number() over () as n, u.user_id as one, ${BASE} + s * 256 as other
      from user_card u cross join generate_series(1::bigint, ${each}) as s`,
      `insert into user_card (user_id, username, first_name, last_name) select distinct other, 'stranger', '', '' from filling`,
      `insert into conversation (id, kind, state, member_count, low_user_id, high_user_id, pos, meta_pos, opened_pos, created_at, updated_at)
      select ${BASE} + n * 256 + n % 256, 'direct', 'open', 2, least(one, other), greatest(one, other), 1, 1, 1, now(), now() from filling`,
      `insert into member (conversation_id, user_id, role, joined_at)
      select ${BASE} + n * 256 + n % 256, who, 'member', now() from filling cross join lateral (values (one), (other)) as people (who)`,
    ],
  )

async function fill(url: string, tables: readonly string[], statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url, options: '-c search_path=messaging' })
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
    for (const table of tables) await client.query(`vacuum analyze ${table}`)
  } finally {
    await client.end()
  }
}

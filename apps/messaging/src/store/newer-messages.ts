import { limits } from '@parley/protocol'
import { sql, type Kysely } from 'kysely'
import { maySee } from './conversations.ts'
import { findMessages, type MessageRow } from './messages.ts'
import type { Tables } from './tables.ts'

export interface NewerRange {
  user_id: number
  conversation_ids: readonly number[]
  than: Pick<MessageRow, 'id' | 'seq' | 'created_at'>
  /** By the place in the one conversation, or by time and id. */
  order: 'seq' | 'time'
  limit: number
}

/**
 * What a person may see in conversations of theirs that is newer than a message; deleted ones are left out. By time it looks
 * at the newest of each conversation only.
 */
export async function listNewer(db: Kysely<Tables>, range: NewerRange): Promise<MessageRow[]> {
  const { user_id, conversation_ids, than, order, limit } = range
  const at = than.created_at.toISOString()
  const isNewer =
    order === 'seq'
      ? sql`g.seq > ${than.seq}`
      : sql`(g.created_at, g.id) > (${at}::timestamptz, ${than.id}::bigint)`
  const looked = order === 'seq' ? sql`order by seq` : sql`order by seq desc limit ${limits.replayed_changes}`
  const { rows } = await sql<{ id: number }>`
    select g.id from conversation c
      left join member r on r.conversation_id = c.id and r.user_id = ${user_id}
      cross join lateral (
        select id, seq, created_at, deleted_at from message
        where conversation_id = c.id and seq > coalesce(r.joined_seq, 0)
        ${looked}
      ) as g
    where c.id = any(${[...conversation_ids]}::bigint[]) and ${maySee(user_id, 'r')} and ${isNewer} and g.deleted_at is null
      and not exists (select from hidden_message h where h.user_id = ${user_id} and h.message_id = g.id)
    order by ${order === 'seq' ? sql`g.seq` : sql`g.created_at, g.id`} limit ${limit}`.execute(db)
  if (rows.length === 0) return []
  const found = await findMessages(
    db,
    rows.map(({ id }) => id),
  )
  const byId = new Map(found.map((row) => [row.id, row]))
  return rows.flatMap(({ id }) => byId.get(id) ?? [])
}

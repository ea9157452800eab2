import { sql, type Kysely, type Updateable } from 'kysely'
import type { Tables } from './tables.ts'

type Db = Kysely<Tables>

export type OwnRow = { conversation_id: number; user_id: number } & Pick<
  Updateable<Tables['member']>,
  | 'muted_until'
  | 'is_pinned'
  | 'is_archived'
  | 'draft'
  | 'read_texts'
  | 'unread_extra'
  | 'unread_from'
  | 'own_pos'
>

/** What changed for one member alone. */
export async function saveOwn(tx: Db, rows: readonly OwnRow[]): Promise<void> {
  for (const { conversation_id, user_id, ...columns } of rows) {
    await tx
      .updateTable('member')
      .set(columns)
      .where('conversation_id', '=', conversation_id)
      .where('user_id', '=', user_id)
      .execute()
  }
}

export interface MarkRange {
  conversation_id: number
  user_id: number
  /** Absent: the newest message of others. */
  seq: number | undefined
}

export interface CountedMark {
  /** The watermark up to which was counted. */
  read_seq: number
  unread_from: number
  unread_extra: number
}

/** Others' messages from a place up to the member's watermark; undefined for a stranger. */
export async function countMarked(
  db: Db,
  { conversation_id, user_id, seq }: MarkRange,
): Promise<CountedMark | undefined> {
  const { rows } = await sql<CountedMark>`
    select m.read_seq, g.unread_from, g.unread_extra
    from member m cross join lateral (
      select coalesce(min(seq), 0) as unread_from, count(*) as unread_extra from message
      where conversation_id = m.conversation_id and kind = 'text' and sender_id <> m.user_id and seq <= m.read_seq
        and seq >= coalesce(${seq ?? null}::bigint, (
          select seq from message
          where conversation_id = m.conversation_id and kind = 'text' and sender_id <> m.user_id and seq > m.joined_seq
          order by seq desc limit 1
        ))
    ) g
    where m.conversation_id = ${conversation_id} and m.user_id = ${user_id} and coalesce(m.left_pos, 0) = 0`.execute(
    db,
  )
  return rows[0]
}

export interface CountedUnread {
  /** What is stored, from which the unread messages follow. */
  stored: { text_count: number; read_texts: number; unread_extra: number }
  /** The newest message's place among those that people wrote. */
  text_count: number
  /** Others' messages above the watermark. */
  above: number
  /** Others' messages from the private mark up to the watermark. */
  marked: number
}

/** Counts what is unread to a member from the messages themselves; undefined for a stranger. */
export async function countUnread(
  db: Db,
  conversationId: number,
  userId: number,
): Promise<CountedUnread | undefined> {
  const { rows } = await sql<Omit<CountedUnread, 'stored'> & CountedUnread['stored'] & { newest: number }>`
    select c.text_count, m.read_texts, m.unread_extra, g.above, g.marked,
      coalesce((select text_no from message where conversation_id = c.id order by seq desc limit 1), 0) as newest
    from member m join conversation c on c.id = m.conversation_id cross join lateral (
      select count(*) filter (where seq > m.read_seq) as above, count(*) filter (where seq <= m.read_seq) as marked
      from message
      where conversation_id = c.id and kind = 'text' and sender_id <> m.user_id
        and seq >= case when m.unread_from = 0 then m.read_seq + 1 else least(m.unread_from, m.read_seq + 1) end
    ) g
    where m.conversation_id = ${conversationId} and m.user_id = ${userId} and coalesce(m.left_pos, 0) = 0`.execute(
    db,
  )
  const [row] = rows
  if (!row) return undefined
  const { above, marked, newest, ...stored } = row
  return { stored, text_count: newest, above, marked }
}

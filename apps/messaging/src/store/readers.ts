import type { Card } from '@parley/protocol'
import { sql, type Kysely } from 'kysely'
import type { Tables } from './tables.ts'

export interface ReadersPage {
  message: { conversation_id: number; seq: number; sender_id: number }
  viewer_id: number
  after: number
  limit: number
}

/**
 * Members who were there when a message came and have read it, by id. Who is shown to whom is decided here alone: a
 * reader and the viewer both share receipts, or are the same person.
 */
export async function listReadersOf(
  db: Kysely<Tables>,
  { message, viewer_id, after, limit }: ReadersPage,
): Promise<(Card & { read_seq: number })[]> {
  const { rows } = await sql<Card & { read_seq: number }>`
    select u.user_id as id, u.username, u.first_name, u.last_name, u.profile_picture, m.read_seq
    from member m join user_card u on u.user_id = m.user_id left join privacy p on p.user_id = m.user_id
    where m.conversation_id = ${message.conversation_id} and coalesce(m.left_pos, 0) = 0 and m.user_id > ${after}
      and m.user_id <> ${message.sender_id} and m.joined_seq < ${message.seq} and m.read_seq >= ${message.seq}
      and (m.user_id = ${viewer_id} or (coalesce(p.receipts, true)
        and coalesce((select receipts from privacy where user_id = ${viewer_id}), true)))
    order by m.user_id limit ${limit}`.execute(db)
  return rows
}

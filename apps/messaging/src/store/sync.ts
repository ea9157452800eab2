import { sql, type Kysely } from 'kysely'
import type { ConversationRow, Membership } from './conversations.ts'
import type { Tables } from './tables.ts'

export interface ChangedRange {
  user_id: number
  /** By lane. */
  positions: readonly number[]
  after_id: number
  limit: number
}

export type ChangedConversation = ConversationRow &
  Omit<Membership, 'conversation'> & { since_pos: number; left_pos: number | null }

/** A person's conversations that changed after a position of their lane, by id. */
export async function listChangedConversations(
  db: Kysely<Tables>,
  { user_id, positions, after_id, limit }: ChangedRange,
): Promise<ChangedConversation[]> {
  const since = sql<number>`(${[...positions]}::bigint[])[(c.id % 256) % ${positions.length} + 1]`
  return db
    .selectFrom('member as m')
    .innerJoin('conversation as c', 'c.id', 'm.conversation_id')
    .selectAll('c')
    .select(['m.read_seq', 'm.read_texts', 'm.unread_extra', 'm.joined_seq', 'm.left_pos'])
    .select(since.as('since_pos'))
    .where('m.user_id', '=', user_id)
    .where('c.id', '>', after_id)
    .where((eb) =>
      eb.or([eb.and([eb('m.left_pos', 'is', null), eb('c.pos', '>', since)]), eb('m.left_pos', '>', since)]),
    )
    .orderBy('c.id')
    .limit(limit)
    .execute()
}

export interface MovedWatermark {
  user_id: number
  kind: 'read' | 'delivered'
  seq: number
  message_id: number
}

/** Watermarks of a conversation that moved after a position, with the message each stands at. */
export async function listMovedWatermarks(
  db: Kysely<Tables>,
  conversationId: number,
  pos: number,
): Promise<MovedWatermark[]> {
  const moved = (kind: 'read' | 'delivered') =>
    db
      .selectFrom('member as m')
      .innerJoin('message as g', (join) =>
        join.onRef('g.conversation_id', '=', 'm.conversation_id').onRef('g.seq', '=', `m.${kind}_seq`),
      )
      .select(['m.user_id', `m.${kind}_seq as seq`, 'g.id as message_id'])
      .select(sql<'read' | 'delivered'>`${kind}::text`.as('kind'))
      .where('m.conversation_id', '=', conversationId)
      .where(`m.${kind}_pos`, '>', pos)
  return moved('read').unionAll(moved('delivered')).execute()
}

import type { Card } from '@parley/protocol'
import { sql, type Kysely, type Selectable } from 'kysely'
import type { Tables } from './tables.ts'

export type ConversationRow = Selectable<Tables['conversation']>
export type MemberRow = Omit<Selectable<Tables['member']>, 'read_pos' | 'delivered_pos' | 'left_pos'> & Card

type Db = Kysely<Tables>

export const findConversations = (db: Db, ids: readonly number[]): Promise<ConversationRow[]> =>
  db.selectFrom('conversation').selectAll().where('id', 'in', ids).execute()

export const findDirectConversation = (
  db: Db,
  low: number,
  high: number,
): Promise<ConversationRow | undefined> =>
  db
    .selectFrom('conversation')
    .selectAll()
    .where('low_user_id', '=', low)
    .where('high_user_id', '=', high)
    .executeTakeFirst()

export const findMadeConversation = (
  db: Db,
  { by, client_id }: { by: number; client_id: string },
): Promise<ConversationRow | undefined> =>
  db
    .selectFrom('conversation')
    .selectAll()
    .where('created_by', '=', by)
    .where('client_id', '=', client_id)
    .executeTakeFirst()

/** Members with their cards, in the order they joined. */
export const listMembersOf = (db: Db, conversationIds: readonly number[]): Promise<MemberRow[]> =>
  db
    .selectFrom('member as m')
    .innerJoin('user_card as u', 'u.user_id', 'm.user_id')
    .select(['m.conversation_id', 'm.user_id', 'm.role', 'm.joined_at', 'm.read_seq', 'm.delivered_seq'])
    .select(['m.read_texts', 'm.unread_extra', 'm.joined_seq'])
    .select(['u.user_id as id', 'u.username', 'u.first_name', 'u.last_name', 'u.profile_picture'])
    .where('m.conversation_id', 'in', conversationIds)
    .where('m.left_pos', 'is', null)
    .orderBy('m.joined_at')
    .orderBy('m.user_id')
    .execute()

export interface Membership {
  conversation: ConversationRow
  read_seq: number
  read_texts: number
  unread_extra: number
  /** What the member may see stands above it. */
  joined_seq: number
}

export const toMembership = (row: ConversationRow & Omit<Membership, 'conversation'>): Membership => {
  const { read_seq, read_texts, unread_extra, joined_seq, ...conversation } = row
  return { conversation, read_seq, read_texts, unread_extra, joined_seq }
}

/** A conversation with the caller's own watermark; null for a stranger, as if it did not exist. */
export async function findMembership(
  db: Db,
  conversationId: number,
  userId: number,
): Promise<Membership | null> {
  const row = await db
    .selectFrom('conversation as c')
    .innerJoin('member as m', 'm.conversation_id', 'c.id')
    .selectAll('c')
    .select(['m.read_seq', 'm.read_texts', 'm.unread_extra', 'm.joined_seq'])
    .where('m.left_pos', 'is', null)
    .where('c.id', '=', conversationId)
    .where('m.user_id', '=', userId)
    .executeTakeFirst()
  if (!row) return null
  return toMembership(row)
}

/** Where a page of the list goes on: below this activity, ties below this id. */
export interface ListPosition {
  updated_at: string
  id: number
}

/** A person's conversations, newest activity first. */
export async function listMemberships(
  db: Db,
  userId: number,
  page: { limit: number; after?: ListPosition | undefined },
): Promise<Membership[]> {
  const { limit, after } = page
  const rows = await db
    .selectFrom('member as m')
    .innerJoin('conversation as c', 'c.id', 'm.conversation_id')
    .selectAll('c')
    .select(['m.read_seq', 'm.read_texts', 'm.unread_extra', 'm.joined_seq'])
    .where('m.left_pos', 'is', null)
    .where('m.user_id', '=', userId)
    .$if(after !== undefined, (query) =>
      query.where(
        sql<boolean>`(c.updated_at, c.id) < (${after?.updated_at}::timestamptz, ${after?.id}::bigint)`,
      ),
    )
    .orderBy('c.updated_at', 'desc')
    .orderBy('c.id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(toMembership)
}

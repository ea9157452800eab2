import { limits, type Card, type Privacy } from '@parley/protocol'
import { sql, type Kysely, type Selectable } from 'kysely'
import { isStaff } from './staff.ts'
import type { Tables } from './tables.ts'

export type ConversationRow = Selectable<Tables['conversation']>
export type MemberRow = Omit<
  Selectable<Tables['member']>,
  'read_pos' | 'delivered_pos' | 'left_pos' | 'own_pos'
> &
  Card & { [K in keyof Privacy]: boolean | null }

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

/** Members with their cards, in the order they joined; who joined in one moment, by id. */
const selectRows = (db: Db) =>
  db
    .selectFrom('member as m')
    .innerJoin('user_card as u', 'u.user_id', 'm.user_id')
    .select(['m.conversation_id', 'm.user_id', 'm.role', 'm.joined_at', 'm.read_seq', 'm.delivered_seq'])
    .select(['m.read_texts', 'm.unread_extra', 'm.unread_from', 'm.joined_seq'])
    .select(['m.muted_until', 'm.is_pinned', 'm.is_archived', 'm.draft'])
    .select(['u.user_id as id', 'u.username', 'u.first_name', 'u.last_name', 'u.profile_picture'])
    .leftJoin('privacy as p', 'p.user_id', 'm.user_id')
    .select(['p.receipts', 'p.typing', 'p.presence'])
    .orderBy('m.joined_at')
    .orderBy('m.user_id')

const selectMembers = (db: Db) => selectRows(db).where('m.left_pos', 'is', null)

/** Staff that has a watermark in support conversations without being a member. */
export const listOnlookersOf = async (db: Db, conversationIds: readonly number[]): Promise<MemberRow[]> =>
  conversationIds.length === 0
    ? []
    : selectRows(db).where('m.conversation_id', 'in', conversationIds).where('m.left_pos', '=', 0).execute()

/** All members of conversations. */
export const listMembersOf = (db: Db, conversationIds: readonly number[]): Promise<MemberRow[]> =>
  selectMembers(db).where('m.conversation_id', 'in', conversationIds).execute()

/** Where a page of members goes on. */
export interface MemberPosition {
  joined_at: string
  user_id: number
}

export const listMembersAfter = (
  db: Db,
  conversationId: number,
  page: { limit: number; after?: MemberPosition | undefined },
): Promise<MemberRow[]> =>
  selectMembers(db)
    .where('m.conversation_id', '=', conversationId)
    .$if(page.after !== undefined, (query) =>
      query.where(
        sql<boolean>`(m.joined_at, m.user_id) > (${page.after?.joined_at}::timestamptz, ${page.after?.user_id}::bigint)`,
      ),
    )
    .limit(page.limit)
    .execute()

/** The members whose cards a conversation shows, by conversation: all, or those of a large one who joined first. */
export async function listParticipants(
  db: Db,
  conversations: readonly Pick<ConversationRow, 'id' | 'member_count'>[],
): Promise<Map<number, Card[]>> {
  const { rows } = await sql<Card & { conversation_id: number }>`
    select m.conversation_id, u.user_id as id, u.username, u.first_name, u.last_name, u.profile_picture
    from unnest(${conversations.map(({ id }) => id)}::bigint[], ${conversations.map(shownOf)}::int[]) as c (id, shown)
      cross join lateral (
        select conversation_id, user_id, joined_at from member
        where conversation_id = c.id and left_pos is null order by joined_at, user_id limit c.shown
      ) m
      join user_card u on u.user_id = m.user_id
    order by m.joined_at, m.user_id`.execute(db)
  return Map.groupBy(rows, ({ conversation_id }) => conversation_id)
}

const shownOf = ({ member_count }: Pick<ConversationRow, 'member_count'>): number =>
  member_count > limits.small_conversation ? limits.shown_participants : limits.small_conversation

const own = [
  ...(['read_seq', 'read_texts', 'unread_extra', 'joined_seq'] as const),
  ...(['muted_until', 'is_pinned', 'is_archived', 'draft'] as const),
]
type OwnColumn = (typeof own)[number]

export const ownColumns = own.map(<C extends OwnColumn>(column: C): `m.${C}` => `m.${column}`)

/** What a conversation is to one member: what they may see stands above `joined_seq`. */
export type Own = Pick<Selectable<Tables['member']>, OwnColumn>

export interface Membership extends Own {
  conversation: ConversationRow
}

/** Of staff that has done nothing yet in a support conversation. */
const none: Own = {
  ...{ read_seq: 0, read_texts: 0, unread_extra: 0, joined_seq: 0 },
  ...{ muted_until: null, is_pinned: false, is_archived: false, draft: null },
}

/** A conversation's row with what it is to its reader: nothing, where the reader has no row there. */
export type Seen = ConversationRow & { [C in OwnColumn]: Own[C] | null }

// The columns of a member's row are null together, or not at all.
export const withOwn = <R extends Seen>(row: R): R & Own =>
  row.read_seq === null ? { ...row, ...none } : (row as R & Own)

/** Whether `m` is the reader's own row of conversation `c`. */
export const isOwn = (userId: number) => sql<boolean>`m.conversation_id = c.id and m.user_id = ${userId}`

export const toMembership = (row: ConversationRow & Own): Membership => {
  const { read_seq, read_texts, unread_extra, joined_seq, ...rest } = row
  const { muted_until, is_pinned, is_archived, draft, ...conversation } = rest
  return {
    conversation,
    ...{ read_seq, read_texts, unread_extra, joined_seq },
    ...{ muted_until, is_pinned, is_archived, draft },
  }
}

/** Whether a person may see conversation `c`; `row` is what their own row of it is called, if they have one. */
export const maySee = (userId: number, row: 'm' | 'r') =>
  sql<boolean>`case c.kind when 'support' then c.created_by = ${userId} or ${isStaff(userId)}
    else ${sql.ref(`${row}.user_id`)} is not null and ${sql.ref(`${row}.left_pos`)} is null end`

/** A conversation with the caller's own watermark, a support conversation for staff too; null for a stranger, as if it did not exist. */
export async function findMembership(
  db: Db,
  conversationId: number,
  userId: number,
): Promise<Membership | null> {
  const row = await db
    .selectFrom('conversation as c')
    .leftJoin('member as m', (join) => join.on(isOwn(userId)))
    .selectAll('c')
    .select(ownColumns)
    .where('c.id', '=', conversationId)
    .where(maySee(userId, 'm'))
    .executeTakeFirst()
  return row ? toMembership(withOwn(row)) : null
}

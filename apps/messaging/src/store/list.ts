import type { ConversationKind } from '@parley/protocol'
import { sql, type Kysely } from 'kysely'
import { isOwn, ownColumns, toMembership, withOwn, type Membership, type Seen } from './conversations.ts'
import { isStaff } from './staff.ts'
import type { Tables } from './tables.ts'

type Db = Kysely<Tables>

/** Where a page of the list goes on: below this activity, ties below this id. */
export interface ListPosition {
  updated_at: string
  id: number
}

export interface ListPage {
  limit: number
  kind: ConversationKind | undefined
  /** Only those that the person has archived, or only the others. */
  archived: boolean | undefined
  /** Only the person's own that have unread messages. */
  unread: boolean
  after: ListPosition | undefined
}

/** A person's conversations, newest activity first; where the person is staff, all of support with them. */
export async function listMemberships(db: Db, userId: number, page: ListPage): Promise<Membership[]> {
  const own = db.selectFrom(selectOwn(db, userId, page).as('own')).selectAll()
  const support = db.selectFrom(selectSupport(db, userId, page).as('support')).selectAll()
  const isOfSupport = !page.unread && (page.kind === undefined || page.kind === 'support')
  const rows = await (isOfSupport ? own.unionAll(support) : own)
    .orderBy('updated_at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit)
    .execute()
  return rows.map((row) => toMembership(withOwn(row)))
}

const selectOwn = (db: Db, userId: number, { limit, kind, archived, unread, after }: ListPage) =>
  db
    .selectFrom('member as m')
    .innerJoin('conversation as c', 'c.id', 'm.conversation_id')
    .selectAll('c')
    .select(ownColumns)
    .where('m.left_pos', 'is', null)
    .where('m.user_id', '=', userId)
    .where((eb) => eb.or([eb('c.kind', '!=', 'support'), eb('c.created_by', '=', userId)]))
    .$if(kind !== undefined, (query) => query.where('c.kind', '=', kind as ConversationKind))
    .$if(archived !== undefined, (query) => query.where('m.is_archived', '=', archived as boolean))
    .$if(unread, (query) => query.where(sql<boolean>`c.text_count - m.read_texts + m.unread_extra > 0`))
    .$if(after !== undefined, (query) =>
      query.where(
        sql<boolean>`(c.updated_at, c.id) < (${after?.updated_at}::timestamptz, ${after?.id}::bigint)`,
      ),
    )
    .orderBy('c.updated_at', 'desc')
    .orderBy('c.id', 'desc')
    .limit(limit)
    .$castTo<Seen>()

/** Others' support conversations; none for who is not staff. */
const selectSupport = (db: Db, userId: number, { limit, archived, after }: ListPage) =>
  db
    .selectFrom('support_conversation as s')
    .innerJoin('conversation as c', 'c.id', 's.conversation_id')
    .leftJoin('member as m', (join) => join.on(isOwn(userId)))
    .selectAll('c')
    .select(ownColumns)
    .where('s.user_id', '!=', userId)
    .where(isStaff(userId))
    .$if(archived !== undefined, (query) =>
      query.where(sql<boolean>`coalesce(m.is_archived, false)`, '=', archived as boolean),
    )
    .$if(after !== undefined, (query) =>
      query.where(
        sql<boolean>`(s.updated_at, s.conversation_id) < (${after?.updated_at}::timestamptz, ${after?.id}::bigint)`,
      ),
    )
    .orderBy('s.updated_at', 'desc')
    .orderBy('s.conversation_id', 'desc')
    .limit(limit)
    .$castTo<Seen>()

import { sql, type Kysely } from 'kysely'
import { isOwn, ownColumns, withOwn, type ConversationRow, type Own, type Seen } from './conversations.ts'
import { joinedSeq, type Reader } from './messages.ts'
import { isStaff } from './staff.ts'
import type { Tables } from './tables.ts'

type Db = Kysely<Tables>

export interface ChangedRange {
  user_id: number
  /** By lane. */
  positions: readonly number[]
  after_id: number
  limit: number
  /** All of support too: what changed, or, for who became staff since then, also what is open. */
  support?: 'changed' | 'open' | undefined
}

interface Place {
  since_pos: number
  left_pos: number | null
  own_pos: number
}

export type ChangedConversation = ConversationRow & Own & Place

type Row = Seen & Place

/** Above every position: of a conversation that its reader has not been told of. */
const UNTOLD = Number.MAX_SAFE_INTEGER

/** A person's conversations that changed after a position of their lane, by id. */
export async function listChangedConversations(db: Db, range: ChangedRange): Promise<ChangedConversation[]> {
  const own = db.selectFrom(selectOwn(db, range).as('own')).selectAll()
  const support = () => db.selectFrom(selectSupport(db, range).as('support')).selectAll()
  const rows = await (range.support ? own.unionAll(support()) : own)
    .orderBy('id')
    .limit(range.limit)
    .execute()
  const isUntold = ({ kind, created_by }: Row): boolean =>
    range.support === 'open' && kind === 'support' && created_by !== range.user_id
  return rows.map((row) => ({
    ...withOwn(row),
    ...(isUntold(row) && { meta_pos: UNTOLD, opened_pos: UNTOLD }),
  }))
}

const selectOwn = (db: Db, { user_id, positions, after_id, limit }: ChangedRange) => {
  const since = positionOf(positions)
  return db
    .selectFrom('member as m')
    .innerJoin('conversation as c', 'c.id', 'm.conversation_id')
    .selectAll('c')
    .select([...ownColumns, 'm.left_pos', 'm.own_pos'])
    .select(since.as('since_pos'))
    .where('m.user_id', '=', user_id)
    .where('c.id', '>', after_id)
    .where((eb) => eb.or([eb('c.kind', '!=', 'support'), eb('c.created_by', '=', user_id)]))
    .where((eb) =>
      eb.or([
        eb.and([eb('m.left_pos', 'is', null), eb.or([eb('c.pos', '>', since), eb('m.own_pos', '>', since)])]),
        eb('m.left_pos', '>', since),
      ]),
    )
    .orderBy('c.id')
    .limit(limit)
    .$castTo<Row>()
}

/** Others' support conversations; none for who is not staff. */
const selectSupport = (db: Db, { user_id, positions, after_id, limit, support }: ChangedRange) => {
  const changed = sql<boolean>`s.conversation_id in (
    select t.conversation_id from generate_series(0, 255) as h (shard) cross join lateral (
      select conversation_id from support_conversation
      where shard = h.shard and pos > (${[...positions]}::bigint[])[h.shard % ${positions.length} + 1]
    ) t
    union all
    select conversation_id from member where user_id = ${user_id}
      and own_pos > (${[...positions]}::bigint[])[(conversation_id % 256) % ${positions.length} + 1])`
  return db
    .selectFrom('support_conversation as s')
    .innerJoin('conversation as c', 'c.id', 's.conversation_id')
    .leftJoin('member as m', (join) => join.on(isOwn(user_id)))
    .selectAll('c')
    .select(ownColumns)
    .select(sql<null>`null::bigint`.as('left_pos'))
    .select(sql<number>`coalesce(m.own_pos, 0)`.as('own_pos'))
    .select(positionOf(positions).as('since_pos'))
    .where('s.user_id', '!=', user_id)
    .where('s.conversation_id', '>', after_id)
    .where(isStaff(user_id))
    .where(support === 'open' ? sql<boolean>`(s.is_open or ${changed})` : changed)
    .orderBy('s.conversation_id')
    .limit(limit)
    .$castTo<Row>()
}

const positionOf = (positions: readonly number[]) =>
  sql<number>`(${[...positions]}::bigint[])[(c.id % 256) % ${positions.length} + 1]`

export interface MovedWatermark {
  user_id: number
  kind: 'read' | 'delivered'
  seq: number
  message_id: number
}

export interface WatermarkRange {
  reader: Reader
  /** Lane position that the reader has. */
  pos: number
  /** Only those of one member. */
  of?: number | undefined
}

/**
 * Watermarks of a conversation that moved after a position and that the reader may see, with the message each stands at:
 * one's own, and the others' as long as both share receipts. Who may see nothing gets none.
 */
export async function listMovedWatermarks(
  db: Db,
  { reader, pos, of }: WatermarkRange,
): Promise<MovedWatermark[]> {
  const { conversation_id, user_id } = reader
  const moved = (kind: 'read' | 'delivered') =>
    db
      .selectFrom('member as m')
      .innerJoin('message as g', (join) =>
        join.onRef('g.conversation_id', '=', 'm.conversation_id').onRef('g.seq', '=', `m.${kind}_seq`),
      )
      .select(['m.user_id', `m.${kind}_seq as seq`, 'g.id as message_id'])
      .select(sql<'read' | 'delivered'>`${kind}::text`.as('kind'))
      .where('m.conversation_id', '=', conversation_id)
      .where(joinedSeq(reader), 'is not', null)
      .where(`m.${kind}_pos`, '>', pos)
      .$if(of !== undefined, (query) => query.where('m.user_id', '=', of as number))
      .where((eb) =>
        eb.or([
          eb('m.user_id', '=', user_id),
          eb.not(
            eb.exists(
              eb
                .selectFrom('privacy as p')
                .select('p.user_id')
                .where((own) =>
                  own.or([own('p.user_id', '=', own.ref('m.user_id')), own('p.user_id', '=', user_id)]),
                )
                .where('p.receipts', '=', false),
            ),
          ),
        ]),
      )
  return moved('read').unionAll(moved('delivered')).execute()
}

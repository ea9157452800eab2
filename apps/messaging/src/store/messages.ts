import type { Card } from '@parley/protocol'
import type { Kysely, Selectable } from 'kysely'
import type { Tables } from './tables.ts'

export type MessageRow = Omit<Selectable<Tables['message']>, 'pos'> & {
  username: string
  first_name: string
  last_name: string
  profile_picture: string | null
}

type Db = Kysely<Tables>

/** Messages with their senders' cards. */
const selectMessages = (db: Db) =>
  db
    .selectFrom('message as m')
    .innerJoin('user_card as u', 'u.user_id', 'm.sender_id')
    .select([
      'm.conversation_id',
      'm.seq',
      'm.id',
      'm.rev',
      'm.sender_id',
      'm.client_id',
      'm.kind',
      'm.content',
    ])
    .select(['m.created_at', 'm.edited_at', 'm.deleted_at'])
    .select(['u.username', 'u.first_name', 'u.last_name', 'u.profile_picture'])

export const senderCard = (row: MessageRow): Card => ({
  id: row.sender_id,
  username: row.username,
  first_name: row.first_name,
  last_name: row.last_name,
  profile_picture: row.profile_picture,
})

export const findMessage = (db: Db, id: number): Promise<MessageRow | undefined> =>
  selectMessages(db).where('m.id', '=', id).executeTakeFirst()

/** The newest message of each conversation that has one. */
export const listLastMessages = (
  db: Db,
  conversations: readonly { id: number; last_seq: number }[],
): Promise<MessageRow[]> =>
  selectMessages(db)
    .where((eb) =>
      eb.or(
        conversations.map(({ id, last_seq }) =>
          eb.and([eb('m.conversation_id', '=', id), eb('m.seq', '=', last_seq)]),
        ),
      ),
    )
    .execute()

export interface HistoryRange {
  conversation_id: number
  before_seq?: number | undefined
  after_seq?: number | undefined
  limit: number
}

/** A stretch of history in ascending `seq`: the first after `after_seq`, else the last before `before_seq`, else the newest. */
export async function listHistory(
  db: Db,
  { conversation_id, before_seq, after_seq, limit }: HistoryRange,
): Promise<MessageRow[]> {
  const isForward = after_seq !== undefined
  const rows = await selectMessages(db)
    .where('m.conversation_id', '=', conversation_id)
    .$if(isForward, (query) => query.where('m.seq', '>', after_seq as number))
    .$if(before_seq !== undefined, (query) => query.where('m.seq', '<', before_seq as number))
    .orderBy('m.seq', isForward ? 'asc' : 'desc')
    .limit(limit)
    .execute()
  return isForward ? rows : rows.reverse()
}

/** Messages whose last change is above `after_rev`, in order of `rev`. */
export const listChangesAfter = (
  db: Db,
  conversationId: number,
  page: { after_rev: number; limit: number },
): Promise<MessageRow[]> =>
  selectMessages(db)
    .where('m.conversation_id', '=', conversationId)
    .where('m.rev', '>', page.after_rev)
    .orderBy('m.rev')
    .limit(page.limit)
    .execute()

export interface ChangeRange {
  conversation_id: number
  /** Lane position that the reader has. */
  pos: number
  /** The newest so many changes are looked at, the rest is not replayed. */
  most: number
}

/** Messages changed since a lane position, in order of `rev`: at most the newest `most` of them. */
export const listChangesSince = (
  db: Db,
  { conversation_id, pos, most }: ChangeRange,
): Promise<MessageRow[]> =>
  db
    .selectFrom(
      selectMessages(db)
        .select('m.pos')
        .where('m.conversation_id', '=', conversation_id)
        .orderBy('m.rev', 'desc')
        .limit(most)
        .as('newest'),
    )
    .selectAll()
    .where('pos', '>', pos)
    .orderBy('rev')
    .execute()

export interface MessagePlace {
  conversation_id: number
  id: number
  seq: number
}

export const findPlaceById = (db: Db, id: number): Promise<MessagePlace | undefined> =>
  db.selectFrom('message').select(['conversation_id', 'id', 'seq']).where('id', '=', id).executeTakeFirst()

export const findPlaceBySeq = (
  db: Db,
  conversationId: number,
  seq: number,
): Promise<MessagePlace | undefined> =>
  db
    .selectFrom('message')
    .select(['conversation_id', 'id', 'seq'])
    .where('conversation_id', '=', conversationId)
    .where('seq', '=', seq)
    .executeTakeFirst()

export interface SentKey {
  conversation_id: number
  sender_id: number
  client_id: string
}

/** The messages that were sent with these client ids before. */
export const listSent = (db: Db, keys: readonly SentKey[]): Promise<MessageRow[]> =>
  selectMessages(db)
    .where((eb) =>
      eb.or(
        keys.map((key) =>
          eb.and([
            eb('m.conversation_id', '=', key.conversation_id),
            eb('m.sender_id', '=', key.sender_id),
            eb('m.client_id', '=', key.client_id),
          ]),
        ),
      ),
    )
    .execute()

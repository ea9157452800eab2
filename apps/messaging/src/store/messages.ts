import type { Card } from '@parley/protocol'
import { sql, type Kysely, type Selectable } from 'kysely'
import { maySee } from './conversations.ts'
import type { Tables } from './tables.ts'

export type MessageRow = Omit<Selectable<Tables['message']>, 'pos' | 'text_no'> & {
  username: string
  first_name: string
  last_name: string
  profile_picture: string | null
}

type Db = Kysely<Tables>

/** Messages with their senders' cards. */
export const selectMessages = (db: Db) =>
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
    .select([
      'm.parent_id',
      'm.reply_count',
      'm.attachments',
      'm.reactions',
      'm.mentions',
      'm.quote',
      'm.system',
    ])
    .select(['m.forwarded_from', 'm.created_at', 'm.edited_at', 'm.deleted_at'])
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

export const findMessages = (db: Db, ids: readonly number[]): Promise<MessageRow[]> =>
  selectMessages(db).where('m.id', 'in', ids).execute()

/** The newest message that a person wrote, of each conversation that has one. */
export async function listLastTexts(
  db: Db,
  conversationIds: readonly number[],
): Promise<{ conversation_id: number; id: number; seq: number; sender_id: number }[]> {
  const { rows } = await sql<{ conversation_id: number; id: number; seq: number; sender_id: number }>`
    select m.* from unnest(${[...conversationIds]}::bigint[]) as c (id) cross join lateral (
      select conversation_id, id, seq, sender_id from message
      where conversation_id = c.id and kind = 'text' order by seq desc limit 1
    ) m`.execute(db)
  return rows
}

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

/** Whose eyes a conversation's messages are read with. */
export interface Reader {
  user_id: number
  conversation_id: number
}

/**
 * What the reader may see stands above it; null for who may see nothing. It is asked in the statement that reads the
 * messages: whoever is removed between two statements would be given what was said after.
 */
export const joinedSeq = ({ user_id, conversation_id }: Reader) => sql<number | null>`(
  select coalesce(r.joined_seq, 0) from conversation c
    left join member r on r.conversation_id = c.id and r.user_id = ${user_id}
  where c.id = ${conversation_id} and ${maySee(user_id, 'r')})`

/** Messages that the reader may see and has not hidden from themselves. */
export const seenBy = (db: Db, reader: Reader) =>
  selectMessages(db)
    .where('m.conversation_id', '=', reader.conversation_id)
    .where('m.seq', '>', joinedSeq(reader))
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('hidden_message as h')
            .whereRef('h.message_id', '=', 'm.id')
            .where('h.user_id', '=', reader.user_id)
            .select('h.message_id'),
        ),
      ),
    )

export interface HistoryRange {
  reader: Reader
  before_seq?: number | undefined
  after_seq?: number | undefined
  limit: number
}

/** A stretch of history in ascending `seq`: the first after `after_seq`, else the last before `before_seq`, else the newest. */
export async function listHistory(
  db: Db,
  { reader, before_seq, after_seq, limit }: HistoryRange,
): Promise<MessageRow[]> {
  const isForward = after_seq !== undefined
  const rows = await seenBy(db, reader)
    .$if(isForward, (query) => query.where('m.seq', '>', after_seq as number))
    .$if(before_seq !== undefined, (query) => query.where('m.seq', '<', before_seq as number))
    .orderBy('m.seq', isForward ? 'asc' : 'desc')
    .limit(limit)
    .execute()
  return isForward ? rows : rows.reverse()
}

export interface ReplyPage {
  parent_id: number
  reader: Reader
  after_seq: number
  limit: number
}

/** Answers to a message in ascending `seq`. */
export const listReplies = (
  db: Db,
  { parent_id, reader, after_seq, limit }: ReplyPage,
): Promise<MessageRow[]> =>
  seenBy(db, reader)
    .where('m.parent_id', '=', parent_id)
    .where('m.seq', '>', after_seq)
    .orderBy('m.seq')
    .limit(limit)
    .execute()

/** What a message said before each of its edits. */
export const listEditsOf = (db: Db, messageId: number): Promise<{ content: string; replaced_at: Date }[]> =>
  db
    .selectFrom('message_edit')
    .select(['content', 'replaced_at'])
    .where('message_id', '=', messageId)
    .orderBy('rev')
    .execute()

export interface MessagePlace {
  conversation_id: number
  id: number
  seq: number
  /** How many messages that people wrote stand at or below it. */
  text_no: number
}

export const findPlaceById = (db: Db, id: number): Promise<MessagePlace | undefined> =>
  db
    .selectFrom('message')
    .select(['conversation_id', 'id', 'seq', 'text_no'])
    .where('id', '=', id)
    .executeTakeFirst()

export const findPlaceBySeq = (
  db: Db,
  conversationId: number,
  seq: number,
): Promise<MessagePlace | undefined> =>
  db
    .selectFrom('message')
    .select(['conversation_id', 'id', 'seq', 'text_no'])
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

import { sql, type Kysely } from 'kysely'
import { maySee } from './conversations.ts'
import { seenBy, selectMessages, type MessageRow, type Reader } from './messages.ts'
import type { Tables } from './tables.ts'

type Db = Kysely<Tables>

interface Saved {
  user_id: number
  message_id: number
}

export async function saveMessage(db: Db, saved: Saved): Promise<void> {
  await db
    .insertInto('saved_message')
    .values(saved)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export async function unsaveMessage(db: Db, { user_id, message_id }: Saved): Promise<void> {
  await db
    .deleteFrom('saved_message')
    .where('user_id', '=', user_id)
    .where('message_id', '=', message_id)
    .execute()
}

export type SavedRow = MessageRow & { saved_no: number }

/** What a person has saved and may still read, newest saved first. */
export const listSavedBy = (
  db: Db,
  userId: number,
  { before, limit }: { before: number | undefined; limit: number },
): Promise<SavedRow[]> =>
  selectMessages(db)
    .innerJoin('saved_message as s', 's.message_id', 'm.id')
    .innerJoin('conversation as c', 'c.id', 'm.conversation_id')
    .leftJoin('member as r', (join) =>
      join.onRef('r.conversation_id', '=', 'm.conversation_id').onRef('r.user_id', '=', 's.user_id'),
    )
    .leftJoin('hidden_message as h', (join) =>
      join.onRef('h.message_id', '=', 'm.id').onRef('h.user_id', '=', 's.user_id'),
    )
    .select('s.saved_no')
    .where('s.user_id', '=', userId)
    .where(maySee(userId, 'r'))
    .where(sql<boolean>`m.seq > coalesce(r.joined_seq, 0)`)
    .where('m.deleted_at', 'is', null)
    .where('h.message_id', 'is', null)
    .$if(before !== undefined, (query) => query.where('s.saved_no', '<', before as number))
    .orderBy('s.saved_no', 'desc')
    .limit(limit)
    .execute()

/** Those of some messages that a member may see. */
export async function listSeen(db: Db, reader: Reader, ids: readonly number[]): Promise<MessageRow[]> {
  return ids.length === 0 ? [] : seenBy(db, reader).where('m.id', 'in', ids).execute()
}

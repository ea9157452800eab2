import type { Insertable, Kysely } from 'kysely'
import type { Tables } from './tables.ts'

type Db = Kysely<Tables>

/** Messages that their readers do not want to see again; others still do. */
export async function insertHidden(
  tx: Db,
  rows: readonly Insertable<Tables['hidden_message']>[],
): Promise<void> {
  if (rows.length === 0) return
  await tx
    .insertInto('hidden_message')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Who has hidden which of some messages; one person only, where one is named. */
export async function listHidden(
  db: Db,
  messageIds: readonly number[],
  userId?: number,
): Promise<{ user_id: number; message_id: number }[]> {
  if (messageIds.length === 0) return []
  return db
    .selectFrom('hidden_message')
    .select(['user_id', 'message_id'])
    .where('message_id', 'in', messageIds)
    .$if(userId !== undefined, (query) => query.where('user_id', '=', userId as number))
    .execute()
}

/** What a person has hidden in a conversation since a lane position, in that order. */
export async function listHiddenSince(
  db: Db,
  { user_id, conversation_id, pos, limit }: Record<'user_id' | 'conversation_id' | 'pos' | 'limit', number>,
): Promise<number[]> {
  const rows = await db
    .selectFrom('hidden_message')
    .select('message_id')
    .where('user_id', '=', user_id)
    .where('conversation_id', '=', conversation_id)
    .where('pos', '>', pos)
    .orderBy('pos', 'desc')
    .limit(limit)
    .execute()
  return rows.map(({ message_id }) => message_id).reverse()
}

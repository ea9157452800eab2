import type { Card } from '@parley/protocol'
import type { Kysely } from 'kysely'
import type { Tables } from './tables.ts'

export async function findCards(db: Kysely<Tables>, userIds: readonly number[]): Promise<Card[]> {
  if (userIds.length === 0) return []
  return db
    .selectFrom('user_card')
    .select(['user_id as id', 'username', 'first_name', 'last_name', 'profile_picture'])
    .where('user_id', 'in', userIds)
    .execute()
}

/** Cards that were missing; one that has come meanwhile is the newer. */
export async function saveMissingCards(db: Kysely<Tables>, cards: readonly Card[]): Promise<void> {
  if (cards.length === 0) return
  await db
    .insertInto('user_card')
    .values(cards.map(({ id, ...card }) => ({ user_id: id, ...card })))
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** A card as auth tells it; one of an older version changes nothing. */
export async function saveCard(db: Kysely<Tables>, { id, ...card }: Card, version: number): Promise<void> {
  await db
    .insertInto('user_card')
    .values({ user_id: id, ...card, version })
    .onConflict((conflict) =>
      conflict
        .column('user_id')
        .doUpdateSet({ ...card, version })
        .where('user_card.version', '<', version),
    )
    .execute()
}

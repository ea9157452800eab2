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

export async function saveCards(db: Kysely<Tables>, cards: readonly Card[]): Promise<void> {
  if (cards.length === 0) return
  await db
    .insertInto('user_card')
    .values(cards.map(({ id, ...card }) => ({ user_id: id, ...card })))
    .onConflict((conflict) =>
      conflict.column('user_id').doUpdateSet((eb) => ({
        username: eb.ref('excluded.username'),
        first_name: eb.ref('excluded.first_name'),
        last_name: eb.ref('excluded.last_name'),
        profile_picture: eb.ref('excluded.profile_picture'),
      })),
    )
    .execute()
}

import type { Privacy } from '@parley/protocol'
import type { Kysely } from 'kysely'
import type { Tables } from './tables.ts'

/** Of those who have ever used a switch. */
export async function listPrivacy(
  db: Kysely<Tables>,
  userIds: readonly number[],
): Promise<Map<number, Privacy>> {
  if (userIds.length === 0) return new Map()
  const rows = await db.selectFrom('privacy').selectAll().where('user_id', 'in', userIds).execute()
  return new Map(rows.map(({ user_id, ...privacy }) => [user_id, privacy]))
}

/** Sets the switches that are given; gives all three as they are then. */
export function savePrivacy(
  db: Kysely<Tables>,
  user_id: number,
  { receipts, typing, presence }: { [K in keyof Privacy]: boolean | undefined },
): Promise<Privacy> {
  return db
    .insertInto('privacy')
    .values({ user_id, receipts: receipts ?? true, typing: typing ?? true, presence: presence ?? true })
    .onConflict((conflict) =>
      conflict.column('user_id').doUpdateSet((eb) => ({
        receipts: receipts ?? eb.ref('privacy.receipts'),
        typing: typing ?? eb.ref('privacy.typing'),
        presence: presence ?? eb.ref('privacy.presence'),
      })),
    )
    .returning(['receipts', 'typing', 'presence'])
    .executeTakeFirstOrThrow()
}

import type { NotificationPreferences } from '@parley/protocol'
import type { Kysely } from 'kysely'
import type { Tables } from './tables.ts'

/** The preferences of those who have any. */
export async function listPreferences(
  db: Kysely<Tables>,
  userIds: readonly number[],
): Promise<Map<number, NotificationPreferences>> {
  const rows = await db
    .selectFrom('notification_preference')
    .selectAll()
    .where('user_id', 'in', userIds)
    .execute()
  return new Map(rows.map(({ user_id, ...preferences }) => [user_id, preferences]))
}

export async function savePreferences(
  db: Kysely<Tables>,
  userId: number,
  { types, quiet_hours }: NotificationPreferences,
): Promise<void> {
  const row = { types: JSON.stringify(types), quiet_hours: quiet_hours && JSON.stringify(quiet_hours) }
  await db
    .insertInto('notification_preference')
    .values({ user_id: userId, ...row })
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet(row))
    .execute()
}

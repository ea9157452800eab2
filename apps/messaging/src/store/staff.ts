import type { Card, Role } from '@parley/protocol'
import { sql, type Kysely } from 'kysely'
import type { Tables } from './tables.ts'

export interface RoleCopy {
  user_id: number
  role: Role
  version: number
}

/** Copies a person's role. One of an older version, and that of a person who has never been staff, changes nothing. */
export async function saveRole(db: Kysely<Tables>, { user_id, role, version }: RoleCopy): Promise<void> {
  if (role === 'user') {
    await db
      .updateTable('staff')
      .set({ role, version, since: 0 })
      .where('user_id', '=', user_id)
      .where('version', '<', version)
      .execute()
    return
  }
  await db
    .insertInto('staff')
    .values({ user_id, role, version, since: version })
    .onConflict((conflict) =>
      conflict
        .column('user_id')
        .doUpdateSet({
          ...{ role, version },
          since: sql<number>`case when staff.since > 0 then staff.since else excluded.since end`,
        })
        .where('staff.version', '<', version),
    )
    .execute()
}

/** Whether a person is staff by now. */
export const isStaff = (userId: number | ReturnType<typeof sql.ref>) =>
  sql<boolean>`exists (select from staff where user_id = ${userId} and since > 0)`

export interface StaffRow {
  card: Card
  /** The version of auth's record with which the person became staff. */
  since: number
}

/** Everyone who is staff by now. */
export async function listStaff(db: Kysely<Tables>): Promise<StaffRow[]> {
  const rows = await db
    .selectFrom('staff as s')
    .innerJoin('user_card as u', 'u.user_id', 's.user_id')
    .select('s.since')
    .select(['u.user_id as id', 'u.username', 'u.first_name', 'u.last_name', 'u.profile_picture'])
    .where('s.since', '>', 0)
    .orderBy('s.user_id')
    .execute()
  return rows.map(({ since, ...card }) => ({ since, card }))
}

import { sql, type Kysely } from 'kysely'
import type { Tables } from './tables.ts'

export interface BlockChange {
  blocker_id: number
  blocked_id: number
  is_blocked: boolean
}

export async function saveBlocks(tx: Kysely<Tables>, changes: readonly BlockChange[]): Promise<void> {
  for (const { is_blocked, ...pair } of changes) {
    if (is_blocked)
      await tx
        .insertInto('block')
        .values(pair)
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    else
      await tx
        .deleteFrom('block')
        .where('blocker_id', '=', pair.blocker_id)
        .where('blocked_id', '=', pair.blocked_id)
        .execute()
  }
}

/** The blocks that there are between people, of pairs in any order: a look in the index for each, however many pairs. */
export async function listBlockedPairs(
  db: Kysely<Tables>,
  pairs: readonly (readonly [number, number])[],
): Promise<{ blocker_id: number; blocked_id: number }[]> {
  if (pairs.length === 0) return []
  const [first, second] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)]
  const { rows } = await sql<{ blocker_id: number; blocked_id: number }>`
    select distinct b.blocker_id, b.blocked_id
    from unnest(${[...first, ...second]}::bigint[], ${[...second, ...first]}::bigint[]) as p (blocker_id, blocked_id)
      join block b using (blocker_id, blocked_id)`.execute(db)
  return rows
}

/** Whom of some people somebody blocks. */
export async function listBlockedBy(
  db: Kysely<Tables>,
  blockerId: number,
  userIds: readonly number[],
): Promise<Set<number>> {
  if (userIds.length === 0) return new Set()
  const rows = await db
    .selectFrom('block')
    .select('blocked_id')
    .where('blocker_id', '=', blockerId)
    .where('blocked_id', 'in', userIds)
    .execute()
  return new Set(rows.map(({ blocked_id }) => blocked_id))
}

/** Everybody whom a person blocks, or who blocks them. */
export async function listBlockedWith(db: Kysely<Tables>, userId: number): Promise<Set<number>> {
  const rows = await db
    .selectFrom('block')
    .selectAll()
    .where((eb) => eb.or([eb('blocker_id', '=', userId), eb('blocked_id', '=', userId)]))
    .execute()
  return new Set(rows.map(({ blocker_id, blocked_id }) => (blocker_id === userId ? blocked_id : blocker_id)))
}

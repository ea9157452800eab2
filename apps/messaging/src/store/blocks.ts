import type { BlockChange as Change } from '@parley/protocol'
import { sql, type Kysely } from 'kysely'
import type { Tables } from './tables.ts'

export interface BlockChange extends Change {
  is_blocked: boolean
}

export async function saveBlocks(tx: Kysely<Tables>, changes: readonly BlockChange[]): Promise<void> {
  for (const { is_blocked, version, ...pair } of changes) {
    if (version !== undefined)
      await tx
        .insertInto('block_version')
        .values({ ...pair, version })
        .onConflict((conflict) => conflict.columns(['blocker_id', 'blocked_id']).doUpdateSet({ version }))
        .execute()
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

/** Of the last change of a block that was saved with one; 0 for none. */
export async function findBlockVersion(
  db: Kysely<Tables>,
  { blocker_id, blocked_id }: Pick<Change, 'blocker_id' | 'blocked_id'>,
): Promise<number> {
  const row = await db
    .selectFrom('block_version')
    .select('version')
    .where('blocker_id', '=', blocker_id)
    .where('blocked_id', '=', blocked_id)
    .executeTakeFirst()
  return row?.version ?? 0
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

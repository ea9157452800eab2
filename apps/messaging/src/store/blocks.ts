import type { Kysely } from 'kysely'
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

/** Which of two people block the other. */
export async function listBlockers(db: Kysely<Tables>, [a, b]: readonly [number, number]): Promise<number[]> {
  const rows = await db
    .selectFrom('block')
    .select('blocker_id')
    .where('blocker_id', 'in', [a, b])
    .where('blocked_id', 'in', [a, b])
    .execute()
  return rows.map(({ blocker_id }) => blocker_id)
}

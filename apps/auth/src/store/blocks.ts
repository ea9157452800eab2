import type { BlockChange } from '@parley/protocol'
import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { Tables } from './tables.ts'

type Db = Kysely<Tables>

/** Changes nothing where something newer was heard of the block. */
export async function insertBlock(db: Db, { version, ...block }: BlockChange): Promise<void> {
  await db.transaction().execute(async (tx) => {
    if (!(await raiseVersion(tx, { ...block, version }))) return
    await tx
      .insertInto('block')
      .values(block)
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  })
}

/** Changes nothing where something newer was heard of the block. */
export async function deleteBlock(db: Db, change: BlockChange): Promise<void> {
  await db.transaction().execute(async (tx) => {
    if (!(await raiseVersion(tx, change))) return
    await tx
      .deleteFrom('block')
      .where('blocker_id', '=', change.blocker_id)
      .where('blocked_id', '=', change.blocked_id)
      .execute()
  })
}

/** False when as much, or more, is known of the block. What has no version is taken for news. */
async function raiseVersion(tx: Db, { version, ...block }: BlockChange): Promise<boolean> {
  if (version === undefined) return true
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('block_version')
    .values({ ...block, version })
    .onConflict((conflict) =>
      conflict
        .columns(['blocker_id', 'blocked_id'])
        .doUpdateSet({ version })
        .where('block_version.version', '<', version),
    )
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

/**
 * Whether a person may meet the one of an `account` row: neither blocks the other. One condition a direction, each with
 * an index: joined by `or` they would make the planner read all blocks.
 */
export const mayMeet = (person: number): RawBuilder<boolean> => sql<boolean>`(
  not exists (select from block where blocker_id = ${person} and blocked_id = account.id)
  and not exists (select from block where blocked_id = ${person} and blocker_id = account.id)
)`

import { sql, type Insertable, type Kysely, type RawBuilder } from 'kysely'
import type { BlockTable, Tables } from './tables.ts'

type Db = Kysely<Tables>
type Block = Insertable<BlockTable>

export async function insertBlock(db: Db, block: Block): Promise<void> {
  await db
    .insertInto('block')
    .values(block)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export async function deleteBlock(db: Db, { blocker_id, blocked_id }: Block): Promise<void> {
  await db
    .deleteFrom('block')
    .where('blocker_id', '=', blocker_id)
    .where('blocked_id', '=', blocked_id)
    .execute()
}

/**
 * Whether a person may meet the one of an `account` row: neither blocks the other. One condition a direction, each with
 * an index: joined by `or` they would make the planner read all blocks.
 */
export const mayMeet = (person: number): RawBuilder<boolean> => sql<boolean>`(
  not exists (select from block where blocker_id = ${person} and blocked_id = account.id)
  and not exists (select from block where blocked_id = ${person} and blocker_id = account.id)
)`

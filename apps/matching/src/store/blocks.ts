import { sql, type Kysely, type Selectable } from 'kysely'
import type { Choosing } from './pairs.ts'
import type { BlockTable, PairTable, Tables } from './tables.ts'

type Db = Kysely<Tables>

export type BlockRow = Selectable<BlockTable>

/** Whether either of two people blocks the other. */
export async function isBlocked(db: Db, { by, about }: Choosing): Promise<boolean> {
  const { rows } = await sql`
    select from block where (blocker_id, blocked_id) in ((${by}, ${about}), (${about}, ${by})) limit 1`.execute(
    db,
  )
  return rows.length > 0
}

/**
 * Numbers a change of the blocks of a pair that is locked, above all before it: in microseconds since 1970, so that it is above
 * those that others know from before a backup was restored.
 */
export async function nextBlockVersion(tx: Db, { lo, hi }: Pick<PairTable, 'lo' | 'hi'>): Promise<number> {
  const { block_version } = await tx
    .updateTable('pair')
    .set({
      block_version: sql<number>`greatest(block_version + 1, (extract(epoch from clock_timestamp()) * 1000000)::bigint)`,
    })
    .where('lo', '=', lo)
    .where('hi', '=', hi)
    .returning('block_version')
    .executeTakeFirstOrThrow()
  return block_version
}

/** False when the block stands already. */
export async function insertBlock(db: Db, { by, about }: Choosing): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('block')
    .values({ blocker_id: by, blocked_id: about })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

/** False when there is no such block. */
export async function deleteBlock(db: Db, { by, about }: Choosing): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('block')
    .where('blocker_id', '=', by)
    .where('blocked_id', '=', about)
    .executeTakeFirst()
  return numDeletedRows === 1n
}

export interface BlockListing {
  blocker_id: number
  after?: Pick<BlockRow, 'created_at' | 'blocked_id'> | undefined
  limit: number
}

/** A person's blocks, newest first, without those of people who block that person too: to them they do not exist. */
export async function listBlocksOf(db: Db, { blocker_id, after, limit }: BlockListing): Promise<BlockRow[]> {
  const later = after ? sql`and (created_at, blocked_id) < (${after.created_at}, ${after.blocked_id})` : sql``
  const { rows } = await sql<BlockRow>`
    select blocker_id, blocked_id, created_at from block
    where blocker_id = ${blocker_id} ${later} and not exists (
      select from block as back where back.blocker_id = block.blocked_id and back.blocked_id = block.blocker_id
    )
    order by created_at desc, blocked_id desc limit ${limit}`.execute(db)
  return rows
}

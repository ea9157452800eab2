import { sql, type Kysely } from 'kysely'
import { LANE_LOCK } from './lanes.ts'
import type { Tables } from './tables.ts'

/**
 * Divides the shards among another number of lanes. Every counter begins above all that the old lanes gave out, so that
 * ids stay unique and positions only grow. Throws while a process owns a lane, or a batch is not published yet.
 */
export async function changeLanes(db: Kysely<Tables>, lanes: number): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const before = await tx.selectFrom('lane').selectAll().orderBy('lane').forUpdate().execute()
    for (const { lane, pos, published_pos } of before) {
      const { rows } = await sql<{
        locked: boolean
      }>`select pg_try_advisory_xact_lock(${LANE_LOCK}, ${lane}) as locked`.execute(tx)
      if (!rows[0]?.locked) throw new Error(`lane ${lane} has an owner: stop every messaging process first`)
      if (published_pos < pos)
        throw new Error(`lane ${lane} has batches to publish: start messaging with the old LANES once more`)
    }
    const pos = Math.max(...before.map((row) => row.pos)) + 1
    const next_id = Math.max(...before.map((row) => row.next_id))
    const owner_epoch = Math.max(...before.map((row) => row.owner_epoch)) + 1
    await tx.deleteFrom('lane').execute()
    await tx
      .insertInto('lane')
      .values(
        Array.from({ length: lanes }, (_, lane) => ({ lane, pos, published_pos: pos, next_id, owner_epoch })),
      )
      .execute()
    await tx.updateTable('store').set({ lanes }).execute()
  })
}

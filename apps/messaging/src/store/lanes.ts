import type { Kysely } from 'kysely'
import type pg from 'pg'
import { newEpoch } from './begin-epoch.ts'
import type { Tables } from './tables.ts'

export interface StoreFacts {
  epoch: string
  lanes: number
}

/** Facts of this store; the first start ever writes them. */
export async function findFacts(db: Kysely<Tables>, lanes: number): Promise<StoreFacts> {
  return db.transaction().execute(async (tx) => {
    const epoch = newEpoch()
    await tx
      .insertInto('store')
      .values({ epoch, lanes })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    const facts = await tx.selectFrom('store').select(['epoch', 'lanes']).executeTakeFirstOrThrow()
    const rows = Array.from({ length: facts.lanes }, (_, lane) => ({ lane }))
    await tx
      .insertInto('lane')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    return facts
  })
}

/** By lane: the position of its last committed batch. */
export async function listPositions(db: Kysely<Tables>): Promise<number[]> {
  const rows = await db.selectFrom('lane').select('pos').orderBy('lane').execute()
  return rows.map(({ pos }) => pos)
}

/** First key of the advisory locks of lanes: "LANE" in ASCII. */
export const LANE_LOCK = 0x4c414e45

/** Tries to make the session of this connection the lane's owner. */
export async function tryLockLane(client: pg.ClientBase, lane: number): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1, $2) as locked', [
    LANE_LOCK,
    lane,
  ])
  return rows[0]?.locked === true
}

export interface LaneRow {
  lane: number
  pos: number
  published_pos: number
  next_id: number
  owner_epoch: number
}

/** Begins an ownership: whatever an earlier owner still has under way is refused from here on. */
export async function beginOwnership(client: pg.ClientBase, lane: number): Promise<LaneRow> {
  const { rows } = await client.query<LaneRow>(
    'update lane set owner_epoch = owner_epoch + 1 where lane = $1 returning *',
    [lane],
  )
  return rows[0] as LaneRow
}

export async function savePublished(
  client: pg.ClientBase,
  { lane, owner_epoch, pos }: { lane: number; owner_epoch: number; pos: number },
): Promise<void> {
  const text =
    'update lane set published_pos = $3 where lane = $1 and owner_epoch = $2 and published_pos < $3'
  await client.query({ name: 'save_published', text, values: [lane, owner_epoch, pos] })
}

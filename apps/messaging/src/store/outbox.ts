import type pg from 'pg'

export interface OutboxRow {
  pos: number
  payload: string
}

/** Batches of a lane after a position, in order. */
export async function listOutbox(
  client: pg.ClientBase,
  page: { lane: number; after: number; limit: number },
): Promise<OutboxRow[]> {
  const { rows } = await client.query<OutboxRow>(
    'select pos, payload from outbox where lane = $1 and pos > $2 order by pos limit $3',
    [page.lane, page.after, page.limit],
  )
  return rows
}

/** Makes the days' partitions that are due and drops the old ones. */
export const keepOutbox = async (pool: pg.Pool): Promise<void> =>
  void (await pool.query('select keep_outbox()'))

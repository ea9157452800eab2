import { sql, type Kysely } from 'kysely'
import type { Tables } from './tables.ts'

type Db = Kysely<Tables>

export interface Take {
  key: string
  nowMs: number
  /** How many may be taken at once, and how long one takes to come back. */
  burst: number
  stepMs: number
}

/**
 * Takes one; undefined when nothing is left, else when the limit is unused again. One statement, so that any number of
 * processes share one limit (GCRA: the row holds a time, and nothing has to refill it).
 */
export async function takeOne(db: Db, { key, nowMs, burst, stepMs }: Take): Promise<number | undefined> {
  const { rows } = await sql<{ idle_at_ms: number }>`
    insert into rate_limit as r (key, idle_at_ms) values (${key}, ${nowMs}::float8 + ${stepMs}::float8)
    on conflict (key) do update set idle_at_ms = greatest(r.idle_at_ms, ${nowMs}::float8) + ${stepMs}::float8
    where greatest(r.idle_at_ms, ${nowMs}::float8) + ${stepMs}::float8 <= ${nowMs}::float8 + ${burst * stepMs}::float8
    returning idle_at_ms`.execute(db)
  return rows[0]?.idle_at_ms
}

export async function findIdleAt(db: Db, key: string): Promise<number | undefined> {
  const row = await db.selectFrom('rate_limit').select('idle_at_ms').where('key', '=', key).executeTakeFirst()
  return row?.idle_at_ms
}

export async function deleteIdleLimits(db: Db, nowMs: number): Promise<void> {
  await db.deleteFrom('rate_limit').where('idle_at_ms', '<=', nowMs).execute()
}

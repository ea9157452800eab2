import { sql, type Insertable, type Kysely } from 'kysely'
import type { ReportTable, Tables } from './tables.ts'

type Db = Kysely<Tables>

export type NewReport = Insertable<ReportTable>

/** The report that a person made under a `client_id`. */
export async function findReport(
  db: Db,
  { reporter_id, client_id }: { reporter_id: number; client_id: string },
): Promise<number | null> {
  const found = await db
    .selectFrom('report')
    .select('id')
    .where('reporter_id', '=', reporter_id)
    .where('client_id', '=', client_id)
    .executeTakeFirst()
  return found?.id ?? null
}

/** Makes a person's reports wait for each other until the transaction ends, so that their limit cannot be overrun. */
export async function lockReporter(tx: Db, reporter_id: number): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`report ${reporter_id}`}, 0))`.execute(tx)
}

/** When a person made the last but `count` of the reports that they made since a time; null when they made fewer. */
export async function findReportTime(
  db: Db,
  { reporter_id, since, count }: { reporter_id: number; since: Date; count: number },
): Promise<Date | null> {
  const found = await db
    .selectFrom('report')
    .select('created_at')
    .where('reporter_id', '=', reporter_id)
    .where('created_at', '>', since)
    .orderBy('created_at', 'desc')
    .offset(count)
    .limit(1)
    .executeTakeFirst()
  return found?.created_at ?? null
}

/** False when the id is in use. */
export async function insertReport(db: Db, report: NewReport): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('report')
    .values(report)
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

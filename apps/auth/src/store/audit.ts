import type { Insertable, Kysely } from 'kysely'
import type { AuditTable, Tables } from './tables.ts'

/** In the transaction of what it tells, so that neither is there without the other. */
export async function insertAudit(tx: Kysely<Tables>, entry: Insertable<AuditTable>): Promise<void> {
  await tx.insertInto('audit').values(entry).execute()
}

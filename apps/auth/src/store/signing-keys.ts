import { sql, type Kysely, type Selectable } from 'kysely'
import type { SigningKeyTable, Tables } from './tables.ts'

type Db = Kysely<Tables>
export type SigningKey = Selectable<SigningKeyTable>

/** First used first. */
export async function listSigningKeys(db: Db): Promise<SigningKey[]> {
  return db.selectFrom('signing_key').selectAll().orderBy('use_from').execute()
}

export interface KeyChanges {
  insert: SigningKey[]
  /** Keys to sign with from another time on. */
  move: { kid: string; use_from: Date }[]
  remove: string[]
}

/** Changes the keys as `plan` says of them, one process at a time. */
export async function changeSigningKeys(
  db: Db,
  plan: (keys: SigningKey[]) => Promise<KeyChanges>,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtext('parley auth signing keys'))`.execute(tx)
    const { insert, move, remove } = await plan(await listSigningKeys(tx))
    for (const { kid, use_from } of move) {
      await tx.updateTable('signing_key').set({ use_from }).where('kid', '=', kid).execute()
    }
    if (remove.length > 0) await tx.deleteFrom('signing_key').where('kid', 'in', remove).execute()
    for (const key of insert) {
      await tx
        .insertInto('signing_key')
        .values({ ...key, private_jwk: sql`${JSON.stringify(key.private_jwk)}::jsonb` })
        .execute()
    }
  })
}

import type { Insertable, Kysely } from 'kysely'
import type { Account } from './accounts.ts'
import type { IdentityTable, Tables } from './tables.ts'

type Db = Kysely<Tables>

export interface Identity {
  issuer: string
  subject: string
}

export async function findAccountOf(db: Db, { issuer, subject }: Identity): Promise<Account | undefined> {
  return db
    .selectFrom('identity')
    .innerJoin('account', 'account.id', 'identity.user_id')
    .selectAll('account')
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .executeTakeFirst()
}

/** Rejects with a driver error that `isIdentityTaken` understands. */
export async function insertIdentity(tx: Db, identity: Insertable<IdentityTable>): Promise<void> {
  await tx.insertInto('identity').values(identity).execute()
}

/** Whether a write failed because the identity has an account already. */
export function isIdentityTaken(err: unknown): boolean {
  const { code, constraint } = err as { code?: string; constraint?: string }
  return code === '23505' && constraint === 'identity_pkey'
}

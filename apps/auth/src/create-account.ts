import type { Role } from '@parley/protocol'
import type { Kysely } from 'kysely'
import { nameKeys } from './domain/search-text.ts'
import { newUserId } from './secrets.ts'
import { insertAccount, takenField, type Account } from './store/accounts.ts'
import type { Tables } from './store/tables.ts'
import { tellChanged } from './tell-changed.ts'

export interface NewAccount {
  username: string
  /** Null: no password opens it. */
  password_hash: string | null
  email?: string | undefined
  phone?: string | undefined
  first_name?: string | undefined
  last_name?: string | undefined
  role?: Role
  created_at: Date
}

const MOST_IDS_TRIED = 5

/**
 * Makes an account, with another id when the one drawn is somebody's, and tells everybody of it. `withIt` is what
 * belongs into the same transaction. Rejects with a driver error that `takenField` understands.
 */
export async function createAccount<T>(
  db: Kysely<Tables>,
  { email, phone, first_name = '', last_name = '', ...rest }: NewAccount,
  withIt: (tx: Kysely<Tables>, account: Account) => Promise<T>,
): Promise<T> {
  const values = {
    ...rest,
    email: email ?? null,
    phone: phone ?? null,
    first_name,
    last_name,
    profile_picture: null,
    ...nameKeys(first_name, last_name),
  }
  for (let tried = 1; ; tried++) {
    try {
      return await db.transaction().execute(async (tx) => {
        const account = await insertAccount(tx, { id: newUserId(), ...values })
        const result = await withIt(tx, account)
        await tellChanged(tx, account)
        return result
      })
    } catch (err) {
      if (takenField(err) !== 'id' || tried === MOST_IDS_TRIED) throw err
    }
  }
}

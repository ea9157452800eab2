import { randomBytes } from 'node:crypto'
import { Email } from '@parley/protocol'
import type { Client } from '@parley/service-kit'
import { createAccount, type NewAccount } from './create-account.ts'
import type { Deps } from './deps.ts'
import { deriveUsername, withSuffix } from './domain/derive-username.ts'
import type { OutsideIdentity } from './issuers/verify.ts'
import { takenField, type Account } from './store/accounts.ts'
import { findAccountOf, insertIdentity, isIdentityTaken } from './store/identities.ts'

const MOST_TRIED = 5

/**
 * The account of an identity, made at its first log-in. An e-mail address that another account has is left out: an issuer
 * says who somebody is to it, and not whose account they may have.
 */
export async function findOrCreateAccount(
  { db, now, guard, wakeRelay, metrics }: Pick<Deps, 'db' | 'now' | 'guard' | 'wakeRelay' | 'metrics'>,
  identity: OutsideIdentity,
  client: Client | undefined,
): Promise<Account> {
  const { issuer, subject, profile } = identity
  const found = await findAccountOf(db, identity)
  if (found) return found
  await guard.registration(client)
  const created_at = now()
  let values: NewAccount = {
    username: deriveUsername(profile),
    password_hash: null,
    email: Email.safeParse(profile.email).data,
    first_name: profile.first_name,
    last_name: profile.last_name,
    created_at,
  }
  for (let tried = 1; ; tried++) {
    try {
      const account = await createAccount(db, values, async (tx, made) => {
        await insertIdentity(tx, { issuer, subject, user_id: made.id, created_at })
        return made
      })
      metrics.countRegistration()
      wakeRelay()
      return account
    } catch (err) {
      // Of first log-ins at the same time one makes the account; the others have it.
      const made = isIdentityTaken(err) ? await findAccountOf(db, identity) : undefined
      if (made) return made
      const changed = tried < MOST_TRIED ? avoidTaken(values, err) : undefined
      if (!changed) throw err
      values = changed
    }
  }
}

/** The account with another value for what somebody else has; undefined when that is not why it could not be made. */
function avoidTaken(values: NewAccount, err: unknown): NewAccount | undefined {
  const field = takenField(err)
  if (field === 'email') return { ...values, email: undefined }
  if (field === 'username')
    return { ...values, username: withSuffix(values.username.slice(0, 22), randomBytes(4).toString('hex')) }
  return undefined
}

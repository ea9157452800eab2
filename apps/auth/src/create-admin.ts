import { Password } from '@parley/protocol'
import type { Kysely } from 'kysely'
import { changeRole } from './change-role.ts'
import { createAccount } from './create-account.ts'
import { isCommonPassword } from './domain/common-password.ts'
import { hashPassword } from './passwords.ts'
import { findAccountBy, takenField } from './store/accounts.ts'
import { insertAudit } from './store/audit.ts'
import type { Tables } from './store/tables.ts'

/** Makes an admin of that name, or raises the person who has it, whose password stays as it is; says what was done. */
export async function createAdmin(
  db: Kysely<Tables>,
  username: string,
  readPassword: () => Promise<string>,
): Promise<string> {
  const person = await findAccountBy(db, 'username', username)
  return person ? raise(db, person) : make(db, username, await readPassword())
}

async function raise(
  db: Kysely<Tables>,
  { id, username }: { id: number; username: string },
): Promise<string> {
  const change = { userId: id, to: 'admin', actorId: null, now: new Date() } as const
  const outcome = await db.transaction().execute((tx) => changeRole(tx, change))
  if (outcome.kind !== 'has_role') throw new Error(`${username} has just gone`)
  if (outcome.from === 'admin') return `${username} is an admin already`
  return `${username} is an admin now, with the same password as before and from the next access token on`
}

async function make(db: Kysely<Tables>, username: string, password: string): Promise<string> {
  const fault = passwordFault(password)
  if (fault !== undefined) throw new Error(`password: ${fault}`)
  const at = new Date()
  const account = {
    username,
    password_hash: await hashPassword(password),
    role: 'admin',
    created_at: at,
  } as const
  try {
    await createAccount(db, account, (tx, { id }) =>
      insertAudit(tx, {
        at,
        actor_id: null,
        action: 'set_role',
        subject_id: id,
        detail: { from: null, to: 'admin' },
      }),
    )
  } catch (err) {
    // Whoever took the name meanwhile is not raised unasked.
    if (takenField(err) === 'username') throw new Error(`${username} has just registered`, { cause: err })
    throw err
  }
  return `${username} is an admin`
}

function passwordFault(password: string): string | undefined {
  const parsed = Password.safeParse(password)
  if (!parsed.success) return parsed.error.issues.map(({ message }) => message).join(', ')
  return isCommonPassword(password) ? 'is one that everybody tries' : undefined
}

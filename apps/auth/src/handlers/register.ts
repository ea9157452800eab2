import { register } from '@parley/protocol'
import { handle, RpcError, type Handler } from '@parley/service-kit'
import { createAccount } from '../create-account.ts'
import type { Deps } from '../deps.ts'
import { isCommonPassword } from '../domain/common-password.ts'
import { openSession } from '../open-session.ts'
import { findTaken, takenField } from '../store/accounts.ts'
import { tokensView } from './views.ts'

export function registerHandler({ db, now, guard, passwords, keyring, wakeRelay, metrics }: Deps): Handler {
  return handle(register, async ({ password, ...person }, { client, deadline, fail }) => {
    if (isCommonPassword(password)) {
      throw new RpcError('invalid', {
        errors: [{ path: 'password', message: 'is one that everybody tries' }],
      })
    }
    await guard.registration(client)
    const { username, email = null, phone = null } = person
    const taken = await findTaken(db, { username, email, phone })
    if (taken) throw fail(`${taken}_taken`)

    const password_hash = await passwords.hash(password, deadline)
    const at = now()
    const { account, session } = await createAccount(
      db,
      { ...person, password_hash, created_at: at },
      async (tx, made) => ({
        account: made,
        session: await openSession(tx, { userId: made.id, client, now: at }),
      }),
    ).catch((err: unknown) => {
      const field = takenField(err)
      throw field === undefined || field === 'id' ? err : fail(`${field}_taken`)
    })
    metrics.countRegistration()
    wakeRelay()
    return tokensView(keyring, account, session)
  })
}

import { changePassword, type Input } from '@parley/protocol'
import { handle, RpcError, type Client, type Handler } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { isCommonPassword } from '../domain/common-password.ts'
import { findAccount, replacePasswordHash, type Account } from '../store/accounts.ts'
import { findAccountOf } from '../store/identities.ts'
import { endOtherSessions, isSessionOpen } from '../store/sessions.ts'

export function changePasswordHandler(deps: Deps): Handler {
  const { db, now, passwords, wakeRelay } = deps
  return handle(changePassword, async (input, { caller, client, deadline, log, fail }) => {
    if (isCommonPassword(input.new_password)) {
      throw new RpcError('invalid', {
        errors: [{ path: 'new_password', message: 'is one that everybody tries' }],
      })
    }
    const { user_id, session_id } = caller
    const checked = await check(deps, input, { userId: user_id, client, deadline })
    if (!checked) throw fail('invalid_credentials')

    const to = await passwords.hash(input.new_password, deadline)
    const at = now()
    const outcome = await db.transaction().execute(async (tx) => {
      if (!(await replacePasswordHash(tx, user_id, { from: checked.password_hash, to }))) return 'changed'
      if (!(await isSessionOpen(tx, session_id, at))) return 'session_over'
      return endOtherSessions(tx, { id: session_id, user_id }, at)
    })
    if (outcome === 'changed') throw fail('invalid_credentials')
    if (outcome === 'session_over') throw new RpcError('unauthenticated')
    log.info({ event: 'authn_password_change', user_id }, 'password changed')
    if (outcome > 0) wakeRelay()
    return {}
  })
}

interface Asking {
  userId: number
  client: Client | undefined
  deadline: number
}

/** The person's account, if they know its password or can log in to it from outside. */
async function check(
  { db, guard, passwords, issuers }: Deps,
  { current_password, issuer = '', token = '' }: Input<typeof changePassword>,
  { userId, client, deadline }: Asking,
): Promise<Account | undefined> {
  if (current_password === undefined) {
    const identity = await issuers.verify(token, issuer)
    const account = identity && (await findAccountOf(db, identity))
    if (account?.id === userId) return account
    await guard.refusedToken(client)
    return undefined
  }
  return guard.guess(`account ${userId}`, client, async () => {
    const account = await findAccount(db, userId)
    const matches = await passwords.verify(account?.password_hash, current_password, deadline)
    return matches ? account : undefined
  })
}

import { changePassword } from '@parley/protocol'
import { handle, RpcError, type Handler } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { isCommonPassword } from '../domain/common-password.ts'
import { findAccount, replacePasswordHash } from '../store/accounts.ts'
import { endOtherSessions, isSessionOpen } from '../store/sessions.ts'

export function changePasswordHandler({ db, now, guard, passwords, wakeRelay }: Deps): Handler {
  return handle(changePassword, async (input, { caller, client, deadline, log, fail }) => {
    if (isCommonPassword(input.new_password)) {
      throw new RpcError('invalid', {
        errors: [{ path: 'new_password', message: 'is one that everybody tries' }],
      })
    }
    const { user_id, session_id } = caller
    const checked = await guard.guess(`account ${user_id}`, client, async () => {
      const account = await findAccount(db, user_id)
      const matches = await passwords.verify(account?.password_hash, input.current_password, deadline)
      return matches ? account : undefined
    })
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

import { setRole } from '@parley/protocol'
import { handle, RpcError, type Handler } from '@parley/service-kit'
import { changeRole } from '../change-role.ts'
import type { Deps } from '../deps.ts'
import { cardView } from './views.ts'

export function setRoleHandler({ db, now, wakeRelay }: Deps): Handler {
  return handle(setRole, async ({ user_id, role }, { caller, log, fail }) => {
    const change = { userId: user_id, to: role, actorId: caller.user_id, now: now() }
    const outcome = await db.transaction().execute((tx) => changeRole(tx, change))
    if (outcome.kind === 'forbidden') throw new RpcError('forbidden')
    if (outcome.kind !== 'has_role') throw fail(outcome.kind)
    const { account, from } = outcome
    if (from !== role) {
      const event = 'privilege_permissions_changed'
      log.info({ event, user_id, actor_id: caller.user_id, from, to: role }, 'role changed')
      wakeRelay()
    }
    return { ...cardView(account), role }
  })
}

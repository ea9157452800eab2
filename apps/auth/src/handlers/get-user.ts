import { getUser } from '@parley/protocol'
import { handle, type Handler } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { findAccountFor } from '../store/accounts.ts'
import { cardView } from './views.ts'

export function getUserHandler({ db }: Deps): Handler {
  return handle(getUser, async ({ user_id }, { caller, fail }) => {
    const account = await findAccountFor(db, caller.user_id, user_id)
    if (!account) throw fail('user_not_found')
    return cardView(account)
  })
}

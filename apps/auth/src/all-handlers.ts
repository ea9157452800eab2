import type { Check, EventHandler, Handler } from '@parley/service-kit'
import type { Deps } from './deps.ts'
import { changePasswordHandler } from './handlers/change-password.ts'
import { checkReadyHandler } from './handlers/check-ready.ts'
import { endSessionHandler } from './handlers/end-session.ts'
import { exchangeHandler } from './handlers/exchange.ts'
import { getMeHandler } from './handlers/get-me.ts'
import { getUserHandler } from './handlers/get-user.ts'
import { issueTicketHandler } from './handlers/issue-ticket.ts'
import { listCardsHandler } from './handlers/list-cards.ts'
import { listEndedSessionsHandler } from './handlers/list-ended-sessions.ts'
import { listKeysHandler } from './handlers/list-keys.ts'
import { listSessionsHandler } from './handlers/list-sessions.ts'
import { listStaffHandler } from './handlers/list-staff.ts'
import { logInHandler } from './handlers/log-in.ts'
import { logOutHandler } from './handlers/log-out.ts'
import { redeemOutsideTokenHandler } from './handlers/redeem-outside-token.ts'
import { redeemTicketHandler } from './handlers/redeem-ticket.ts'
import { refreshHandler } from './handlers/refresh.ts'
import { registerHandler } from './handlers/register.ts'
import { searchUsersHandler } from './handlers/search-users.ts'
import { setRoleHandler } from './handlers/set-role.ts'
import { updateMeHandler } from './handlers/update-me.ts'
import { userBlockedHandler } from './handlers/user-blocked.ts'
import { userUnblockedHandler } from './handlers/user-unblocked.ts'

/** What this service answers. */
export function allHandlers(deps: Deps, checks: Record<string, Check>): Handler[] {
  return [
    registerHandler(deps),
    logInHandler(deps),
    exchangeHandler(deps),
    refreshHandler(deps),
    logOutHandler(deps),
    listSessionsHandler(deps),
    endSessionHandler(deps),
    changePasswordHandler(deps),
    issueTicketHandler(deps),
    redeemTicketHandler(deps),
    redeemOutsideTokenHandler(deps),
    getMeHandler(deps),
    updateMeHandler(deps),
    getUserHandler(deps),
    searchUsersHandler(deps),
    setRoleHandler(deps),
    listCardsHandler(deps),
    listStaffHandler(deps),
    listKeysHandler(deps),
    listEndedSessionsHandler(deps),
    checkReadyHandler(checks),
  ]
}

/** What it does with matching's events. */
export const matchingHandlers = (deps: Pick<Deps, 'db'>): EventHandler[] => [
  userBlockedHandler(deps),
  userUnblockedHandler(deps),
]

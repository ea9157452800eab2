import { userChanged } from '@parley/protocol'
import { appendEvent } from '@parley/service-kit'
import type { Kysely } from 'kysely'
import { cardView } from './handlers/views.ts'
import type { Account } from './store/accounts.ts'
import type { Tables } from './store/tables.ts'

/** Tells the other services, once the caller's transaction is committed, who a person is by now. */
export const tellChanged = (tx: Kysely<Tables>, account: Account): Promise<void> =>
  appendEvent(tx, userChanged, {
    card: cardView(account),
    role: account.role,
    version: account.version,
  })

import { exchange } from '@parley/protocol'
import { handle, type Handler } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { openAnotherSession } from '../open-session.ts'
import { findOrCreateAccount } from '../outside-account.ts'
import { lockAccount } from '../store/accounts.ts'
import { tokensView } from './views.ts'

export function exchangeHandler(deps: Deps): Handler {
  const { db, now, guard, issuers, keyring, wakeRelay, metrics } = deps
  return handle(exchange, async ({ issuer, token }, { client, fail }) => {
    const identity = await issuers.verify(token, issuer)
    metrics.countExchange(identity ? 'ok' : 'refused')
    if (!identity) {
      await guard.refusedToken(client)
      throw fail('invalid_credentials')
    }
    const { id } = await findOrCreateAccount(deps, identity, client)
    const opened = await db.transaction().execute(async (tx) => {
      const account = await lockAccount(tx, id)
      return account && { account, ...(await openAnotherSession(tx, { userId: id, client, now: now() })) }
    })
    // Erased since it was found.
    if (!opened) throw fail('invalid_credentials')
    if (opened.ended > 0) wakeRelay()
    return tokensView(keyring, opened.account, opened.session)
  })
}

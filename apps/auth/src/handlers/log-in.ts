import { logIn } from '@parley/protocol'
import { handle, type Handler, type Logger } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { readIdentifier } from '../domain/identifier.ts'
import { openAnotherSession } from '../open-session.ts'
import { findAccountBy, lockAccount, replacePasswordHash, type Account } from '../store/accounts.ts'
import { tokensView } from './views.ts'

export function logInHandler(deps: Deps): Handler {
  const { db, now, guard, passwords, keyring, wakeRelay, metrics } = deps
  return handle(logIn, async ({ identifier, password }, { client, deadline, log, fail }) => {
    const { field, value } = readIdentifier(identifier)
    const checked = await guard.guess(`${field} ${value}`, client, async () => {
      const found = await findAccountBy(db, field, value)
      const matches = await passwords.verify(found?.password_hash, password, deadline)
      return matches ? found : undefined
    })
    metrics.countLogIn(checked ? 'ok' : 'refused')
    if (!checked) throw fail('invalid_credentials')

    const passwordHash = await renewHash(deps, checked, { password, deadline, log })
    const opened = await db.transaction().execute(async (tx) => {
      // A password that was changed since the check opens nothing: its change ended the sessions before this one.
      const account = await lockAccount(tx, checked.id)
      if (!account || account.password_hash !== passwordHash) return undefined
      return { account, ...(await openAnotherSession(tx, { userId: account.id, client, now: now() })) }
    })
    if (!opened) throw fail('invalid_credentials')
    if (opened.ended > 0) wakeRelay()
    return tokensView(keyring, opened.account, opened.session)
  })
}

/** Replaces a hash that was made with weaker parameters, while the password is at hand; gives the hash that holds. */
async function renewHash(
  { db, passwords }: Deps,
  account: Account,
  { password, deadline, log }: { password: string; deadline: number; log: Logger },
): Promise<string | null> {
  const from = account.password_hash
  if (from === null || !passwords.isOutdated(from)) return from
  try {
    const to = await passwords.hash(password, deadline)
    return (await replacePasswordHash(db, account.id, { from, to })) ? to : from
  } catch (err) {
    log.warn({ err }, 'an outdated password hash stays until the next log-in')
    return from
  }
}

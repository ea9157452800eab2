import { redeemOutsideToken } from '@parley/protocol'
import { handle, type Client, type Handler } from '@parley/service-kit'
import type { Kysely } from 'kysely'
import type { Deps } from '../deps.ts'
import { judgeOutsideToken } from '../domain/outside-session.ts'
import { sessionEnd } from '../domain/session-life.ts'
import type { OutsideIdentity } from '../issuers/verify.ts'
import { openAnotherSession } from '../open-session.ts'
import { findOrCreateAccount } from '../outside-account.ts'
import { lockAccount, type Account } from '../store/accounts.ts'
import { findSessionsOpenedBy, touchSession, type Session } from '../store/sessions.ts'
import type { Role, Tables } from '../store/tables.ts'

/** A client that reconnects again and again makes no write each time. */
const NOTED_EVERY_MS = 60_000

export function redeemOutsideTokenHandler(deps: Deps): Handler {
  const { db, now, guard, issuers, wakeRelay, metrics } = deps
  return handle(redeemOutsideToken, async ({ token }, { client, fail }) => {
    const identity = await issuers.verify(token)
    const account = identity && (await findOrCreateAccount(deps, identity, client))
    const entered = account && (await enter(db, { identity, account, client, at: now() }))
    metrics.countExchange(entered ? 'ok' : 'refused')
    if (!entered) {
      await guard.refusedToken(client)
      throw fail('invalid_credentials')
    }
    if (entered.ended > 0) wakeRelay()
    return {
      user_id: account.id,
      session_id: entered.id,
      role: entered.role,
      expires_at: Math.floor(identity.expiresAt.getTime() / 1_000),
    }
  })
}

interface Entered {
  id: string
  role: Role
  /** Other sessions that made room. */
  ended: number
}

interface Entering {
  identity: OutsideIdentity
  account: Account
  client: Client | undefined
  at: Date
}

/** Undefined when a session that the token was good for has been ended. */
async function enter(db: Kysely<Tables>, entering: Entering): Promise<Entered | undefined> {
  const { identity, account, at } = entering
  const known = await findSessionsOpenedBy(db, identity.sessionKey, at)
  const verdict = judgeOutsideToken(known, identity.issuedAt)
  if (verdict === 'refuse') return undefined
  if (verdict === 'open') return db.transaction().execute((tx) => open(tx, entering))
  await noteUse(db, verdict, at)
  return { id: verdict.id, role: account.role, ended: 0 }
}

/** Under the lock of the account: of any number of sockets at once one opens the session, and the others enter it. */
async function open(
  tx: Kysely<Tables>,
  { identity, account, client, at }: Entering,
): Promise<Entered | undefined> {
  const locked = await lockAccount(tx, account.id)
  if (!locked) return undefined
  const { id: userId, role } = locked
  const verdict = judgeOutsideToken(
    await findSessionsOpenedBy(tx, identity.sessionKey, at),
    identity.issuedAt,
  )
  if (verdict === 'refuse') return undefined
  if (verdict !== 'open') return { id: verdict.id, role, ended: 0 }
  const openedBy = identity.sessionKey
  const { session, ended } = await openAnotherSession(tx, { userId, client, now: at, openedBy })
  return { id: session.id, role, ended }
}

async function noteUse(
  db: Kysely<Tables>,
  { id, created_at, last_used_at }: Session,
  at: Date,
): Promise<void> {
  if (at.getTime() - last_used_at.getTime() < NOTED_EVERY_MS) return
  await touchSession(db, id, { last_used_at: at, expires_at: sessionEnd(created_at, at) })
}

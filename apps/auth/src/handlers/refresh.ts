import { refresh } from '@parley/protocol'
import { handle, type Handler } from '@parley/service-kit'
import type { Kysely } from 'kysely'
import type { Deps } from '../deps.ts'
import { judgeRefresh, sessionEnd } from '../domain/session-life.ts'
import {
  hashSecret,
  newSecret,
  readRefreshToken,
  successorOf,
  writeRefreshToken,
  type RefreshToken,
} from '../secrets.ts'
import { findAccount, type Account } from '../store/accounts.ts'
import { endSession, findSessionByFamily, rotateToken, type Session } from '../store/sessions.ts'
import type { Tables } from '../store/tables.ts'
import { tokensView } from './views.ts'

export function refreshHandler({ db, now, keyring, wakeRelay, metrics }: Deps): Handler {
  return handle(refresh, async ({ refresh_token }, { log, fail }) => {
    const token = readRefreshToken(refresh_token)
    if (!token) throw fail('refresh_invalid')

    const outcome = await db.transaction().execute((tx) => renew(tx, token, now()))
    if (outcome.kind === 'invalid') throw fail('refresh_invalid')
    if (outcome.kind === 'reused') {
      if (outcome.hasEnded) {
        metrics.countReuse()
        log.warn({ event: 'authn_token_reuse', user_id: outcome.userId }, 'a used refresh token came again')
        wakeRelay()
      }
      throw fail('refresh_reused')
    }
    const { account, sessionId, successor } = outcome
    return tokensView(keyring, account, { id: sessionId, refreshToken: writeRefreshToken(successor) })
  })
}

type Outcome =
  | { kind: 'invalid' }
  | { kind: 'reused'; userId: number; hasEnded: boolean }
  | { kind: 'renewed'; account: Account; sessionId: string; successor: RefreshToken }

/** Under the lock of the session's row: of any number of uses at once one rotates, and the others see that it did. */
async function renew(tx: Kysely<Tables>, token: RefreshToken, now: Date): Promise<Outcome> {
  const session = await findSessionByFamily(tx, hashSecret(token.family))
  if (!session) return { kind: 'invalid' }
  const verdict = judgeRefresh(session, hashSecret(token.secret), now)
  if (verdict === 'over') return { kind: 'invalid' }
  if (verdict === 'reused') {
    return { kind: 'reused', userId: session.user_id, hasEnded: await endSession(tx, session, now) }
  }
  const account = await findAccount(tx, session.user_id)
  if (!account) return { kind: 'invalid' }
  const successor =
    verdict === 'rotate'
      ? await rotate(tx, { session, token, now })
      : // The nonce stands beside the hash of the token that it belongs to.
        successorOf(token, session.successor_nonce ?? '')
  return { kind: 'renewed', account, sessionId: session.id, successor }
}

async function rotate(
  tx: Kysely<Tables>,
  { session, token, now }: { session: Session; token: RefreshToken; now: Date },
): Promise<RefreshToken> {
  const nonce = newSecret()
  const successor = successorOf(token, nonce)
  await rotateToken(tx, session.id, {
    token_hash: hashSecret(successor.secret),
    previous_hash: session.token_hash,
    successor_nonce: nonce,
    rotated_at: now,
    last_used_at: now,
    expires_at: sessionEnd(session.created_at, now),
  })
  return successor
}

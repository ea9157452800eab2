import type { Card, Tokens, User } from '@parley/protocol'
import type { OpenedSession } from '../open-session.ts'
import type { Keyring } from '../keyring.ts'
import type { Account } from '../store/accounts.ts'

export function cardView({ id, username, first_name, last_name, profile_picture }: Account): Card {
  return { id, username, first_name, last_name, profile_picture }
}

export function userView(account: Account): User {
  const { email, phone, role, created_at } = account
  return { ...cardView(account), email, phone, role, created_at: created_at.toISOString() }
}

/** The answer of register, log-in and refresh: the person, and both tokens of a session. */
export async function tokensView(
  keyring: Keyring,
  account: Account,
  session: OpenedSession,
): Promise<Tokens> {
  const { id: user_id, role } = account
  return {
    user: userView(account),
    access_token: await keyring.signAccessToken({ user_id, session_id: session.id, role }),
    refresh_token: session.refreshToken,
    token_type: 'Bearer',
    expires_in: keyring.accessTokenTtl,
  }
}

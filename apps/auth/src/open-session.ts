import type { Client } from '@parley/service-kit'
import type { Kysely } from 'kysely'
import { deviceName } from './domain/device.ts'
import { sessionEnd } from './domain/session-life.ts'
import { hashSecret, newRefreshToken, newSessionId, writeRefreshToken } from './secrets.ts'
import { endOldestSessions, insertSession } from './store/sessions.ts'
import type { Tables } from './store/tables.ts'

export interface OpenedSession {
  id: string
  refreshToken: string
}

export interface OpenSessionOptions {
  userId: number
  client: Client | undefined
  now: Date
  /** What outside tokens on sockets find it by. */
  openedBy?: string
}

/** Of one person; so a list of sessions is always whole. The least recently used one makes room. */
const MOST_SESSIONS = 1_000

/** Opens a session in the caller's transaction. */
export async function openSession(
  tx: Kysely<Tables>,
  { userId, client, now, openedBy }: OpenSessionOptions,
): Promise<OpenedSession> {
  const token = newRefreshToken()
  const { id } = await insertSession(tx, {
    id: newSessionId(),
    user_id: userId,
    device: deviceName(client?.device),
    family_hash: hashSecret(token.family),
    token_hash: hashSecret(token.secret),
    created_at: now,
    last_used_at: now,
    expires_at: sessionEnd(now, now),
    ...(openedBy !== undefined && { opened_by: openedBy }),
  })
  return { id, refreshToken: writeRefreshToken(token) }
}

/** As `openSession`, for a person who may have many; says how many ended to make room. */
export async function openAnotherSession(
  tx: Kysely<Tables>,
  options: OpenSessionOptions,
): Promise<{ session: OpenedSession; ended: number }> {
  const { userId, now } = options
  const ended = await endOldestSessions(tx, { userId, keep: MOST_SESSIONS - 1 }, now)
  return { session: await openSession(tx, options), ended }
}

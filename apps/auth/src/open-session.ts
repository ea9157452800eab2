import type { Client } from '@parley/service-kit'
import type { Kysely } from 'kysely'
import { deviceName } from './domain/device.ts'
import { sessionEnd } from './domain/session-life.ts'
import { hashSecret, newRefreshToken, newSessionId, writeRefreshToken } from './secrets.ts'
import { insertSession } from './store/sessions.ts'
import type { Tables } from './store/tables.ts'

export interface OpenedSession {
  id: string
  refreshToken: string
}

/** Opens a session in the caller's transaction. */
export async function openSession(
  tx: Kysely<Tables>,
  { userId, client, now }: { userId: number; client: Client | undefined; now: Date },
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
  })
  return { id, refreshToken: writeRefreshToken(token) }
}

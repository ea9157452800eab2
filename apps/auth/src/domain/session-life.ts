const DAY_MS = 86_400_000
const ABSOLUTE_MS = 30 * DAY_MS
const IDLE_MS = 7 * DAY_MS

/** A lost reply may be asked for again this long after a refresh token was used. */
const GRACE_MS = 10_000

/** When a session ends by itself: 30 days after it was opened, or 7 after its last use. */
export function sessionEnd(createdAt: Date, lastUsedAt: Date): Date {
  return new Date(Math.min(createdAt.getTime() + ABSOLUTE_MS, lastUsedAt.getTime() + IDLE_MS))
}

export interface RefreshState {
  token_hash: string
  previous_hash: string | null
  rotated_at: Date | null
  expires_at: Date
  ended_at: Date | null
}

/**
 * What becomes of a refresh token of a session's family (RFC 9700, 4.14):
 *
 *   the unused one                                   → rotate
 *   the one before, within 10 s, successor unused    → repeat the same successor
 *   any other                                        → reused: somebody else has a copy, the session ends
 *
 * and of the first two `over` once the session has ended or outlived itself.
 */
export function judgeRefresh(
  session: RefreshState,
  tokenHash: string,
  now: Date,
): 'rotate' | 'repeat' | 'reused' | 'over' {
  const isUnused = tokenHash === session.token_hash
  if (!isUnused && !isInGrace(session, tokenHash, now)) return 'reused'
  if (session.ended_at !== null || session.expires_at <= now) return 'over'
  return isUnused ? 'rotate' : 'repeat'
}

const isInGrace = ({ previous_hash, rotated_at }: RefreshState, tokenHash: string, now: Date): boolean =>
  tokenHash === previous_hash && rotated_at !== null && now.getTime() - rotated_at.getTime() <= GRACE_MS

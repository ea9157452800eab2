import { sessionEnded } from '@parley/protocol'
import { appendEvent } from '@parley/service-kit'
import type { Expression, Insertable, Kysely, Selectable, SqlBool, ExpressionBuilder } from 'kysely'
import type { SessionTable, Tables } from './tables.ts'

type Db = Kysely<Tables>
export type Session = Selectable<SessionTable>

export async function insertSession(db: Db, session: Insertable<SessionTable>): Promise<Session> {
  return db.insertInto('session').values(session).returningAll().executeTakeFirstOrThrow()
}

/** The session of a refresh token, locked until the transaction ends. */
export async function findSessionByFamily(tx: Db, familyHash: string): Promise<Session | undefined> {
  return tx
    .selectFrom('session')
    .selectAll()
    .where('family_hash', '=', familyHash)
    .forUpdate()
    .executeTakeFirst()
}

/** What outside tokens opened on sockets: the open session, and when one was last ended before its time was over. */
export async function findSessionsOpenedBy(
  db: Db,
  openedBy: string,
  now: Date,
): Promise<{ open: Session | undefined; endedAt: Date | undefined }> {
  const opened = db.selectFrom('session').where('opened_by', '=', openedBy)
  const open = await opened
    .selectAll()
    .where('ended_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  const ended = await opened
    .select('ended_at')
    .whereRef('ended_at', '<', 'expires_at')
    .orderBy('ended_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return { open, endedAt: ended?.ended_at ?? undefined }
}

/** Notes that an open session was used. */
export async function touchSession(
  db: Db,
  id: string,
  use: { last_used_at: Date; expires_at: Date },
): Promise<void> {
  await db.updateTable('session').set(use).where('id', '=', id).where('ended_at', 'is', null).execute()
}

export interface Rotation {
  token_hash: string
  previous_hash: string
  successor_nonce: string
  rotated_at: Date
  last_used_at: Date
  expires_at: Date
}

export async function rotateToken(tx: Db, id: string, rotation: Rotation): Promise<void> {
  await tx.updateTable('session').set(rotation).where('id', '=', id).execute()
}

/** Open sessions of a person, last used first. */
export async function listOpenSessions(db: Db, userId: number, now: Date): Promise<Session[]> {
  return db
    .selectFrom('session')
    .selectAll()
    .where('user_id', '=', userId)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', now)
    .orderBy('last_used_at', 'desc')
    .orderBy('id')
    .execute()
}

export async function isSessionOpen(db: Db, id: string, now: Date): Promise<boolean> {
  const found = await db
    .selectFrom('session')
    .select('id')
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return found !== undefined
}

/** Ends one open session of a person; false when they have no such one. */
export async function endSession(
  tx: Db,
  session: { id: string; user_id: number },
  now: Date,
): Promise<boolean> {
  const ended = await endWhere(tx, now, (is) => is.and({ id: session.id, user_id: session.user_id }))
  return ended > 0
}

/** Ends every open session of a person; says how many. */
export async function endAllSessions(tx: Db, userId: number, now: Date): Promise<number> {
  return endWhere(tx, now, (is) => is('user_id', '=', userId))
}

/** Ends every open session of a person but one; says how many. */
export async function endOtherSessions(
  tx: Db,
  session: { id: string; user_id: number },
  now: Date,
): Promise<number> {
  return endWhere(tx, now, (is) => is.and([is('user_id', '=', session.user_id), is('id', '!=', session.id)]))
}

/** Ends the least recently used open sessions of a person beyond the number that may be kept; says how many. */
export async function endOldestSessions(
  tx: Db,
  { userId, keep }: { userId: number; keep: number },
  now: Date,
): Promise<number> {
  return endWhere(tx, now, (is) =>
    is(
      'id',
      'in',
      is
        .selectFrom('session')
        .select('id')
        .where('user_id', '=', userId)
        .where('ended_at', 'is', null)
        .orderBy('last_used_at', 'desc')
        .offset(keep),
    ),
  )
}

/** Ends sessions whose life is over; says how many. */
export async function endExpiredSessions(tx: Db, now: Date, limit: number): Promise<number> {
  return endWhere(tx, now, (is) =>
    is(
      'id',
      'in',
      is
        .selectFrom('session')
        .select('id')
        .where('expires_at', '<=', now)
        .where('ended_at', 'is', null)
        .limit(limit)
        .forUpdate()
        .skipLocked(),
    ),
  )
}

type Condition = (is: ExpressionBuilder<Tables, 'session'>) => Expression<SqlBool>

/** The only place where sessions end: the event that says so is in the same transaction. */
async function endWhere(tx: Db, now: Date, which: Condition): Promise<number> {
  const ended = await tx
    .updateTable('session')
    .set({ ended_at: now })
    .where('ended_at', 'is', null)
    .where(which)
    .returning(['id', 'user_id'])
    .execute()
  for (const [userId, sessions] of Map.groupBy(ended, ({ user_id }) => user_id)) {
    await appendEvent(tx, sessionEnded, { user_id: userId, session_ids: sessions.map(({ id }) => id) })
  }
  return ended.length
}

export async function listEndedSince(
  db: Db,
  since: Date,
): Promise<{ session_id: string; user_id: number }[]> {
  return db
    .selectFrom('session')
    .select(['id as session_id', 'user_id'])
    .where('ended_at', '>', since)
    .execute()
}

export async function deleteEndedSessions(db: Db, endedBefore: Date, limit: number): Promise<void> {
  await db
    .deleteFrom('session')
    .where('id', 'in', (from) =>
      from.selectFrom('session').select('id').where('ended_at', '<=', endedBefore).limit(limit),
    )
    .execute()
}

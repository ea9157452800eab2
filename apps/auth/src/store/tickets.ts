import { sql, type Kysely } from 'kysely'
import type { Role, Tables } from './tables.ts'

type Db = Kysely<Tables>

export interface NewTicket {
  ticket_hash: string
  session_id: string
  /** The page that it was issued to, and the only one that may use it; null for none. */
  origin: string | null
  expires_at: Date
}

/** False when the session is not open. */
export async function insertTicket(db: Db, ticket: NewTicket, now: Date): Promise<boolean> {
  const inserted = await db
    .insertInto('ticket')
    .columns(['ticket_hash', 'session_id', 'origin', 'expires_at'])
    .expression((from) =>
      from
        .selectFrom('session')
        .select([
          sql<string>`${ticket.ticket_hash}`.as('ticket_hash'),
          'id as session_id',
          sql<string | null>`${ticket.origin}::text`.as('origin'),
          sql<Date>`${ticket.expires_at}::timestamptz`.as('expires_at'),
        ])
        .where('id', '=', ticket.session_id)
        .where('ended_at', 'is', null)
        .where('expires_at', '>', now),
    )
    .executeTakeFirst()
  return inserted.numInsertedOrUpdatedRows === 1n
}

export interface TicketHolder {
  user_id: number
  session_id: string
  role: Role
}

/** Takes the ticket away, whatever comes of it; undefined unless it was good and its session is open. */
export async function consumeTicket(
  db: Db,
  { ticket_hash, origin }: Pick<NewTicket, 'ticket_hash' | 'origin'>,
  now: Date,
): Promise<TicketHolder | undefined> {
  return db
    .with('taken', (cte) =>
      cte
        .deleteFrom('ticket')
        .where('ticket_hash', '=', ticket_hash)
        .returning(['session_id', 'origin', 'expires_at']),
    )
    .selectFrom('taken')
    .innerJoin('session', 'session.id', 'taken.session_id')
    .innerJoin('account', 'account.id', 'session.user_id')
    .select(['session.user_id', 'session.id as session_id', 'account.role'])
    .where('taken.expires_at', '>', now)
    .where((where) => where.or([where('taken.origin', 'is', null), where('taken.origin', '=', origin)]))
    .where('session.ended_at', 'is', null)
    .where('session.expires_at', '>', now)
    .executeTakeFirst()
}

export async function deleteExpiredTickets(db: Db, now: Date, limit: number): Promise<void> {
  await db
    .deleteFrom('ticket')
    .where('ticket_hash', 'in', (from) =>
      from.selectFrom('ticket').select('ticket_hash').where('expires_at', '<=', now).limit(limit),
    )
    .execute()
}

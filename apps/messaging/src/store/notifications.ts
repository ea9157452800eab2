import { sql, type Kysely, type Selectable } from 'kysely'
import type { Tables } from './tables.ts'

type Db = Kysely<Tables>
export type NotificationRow = Selectable<Tables['notification']>

export type NotificationInsert = Omit<NotificationRow, 'created_at' | 'read_at'> & { created_at: string }

export async function insertNotifications(tx: Db, rows: readonly NotificationInsert[]): Promise<void> {
  if (rows.length === 0) return
  // One parameter, whatever the number of rows.
  await sql`
    insert into notification
      (id, user_id, notification_type, title, message, data, message_id, job_id, is_silent, pos, created_at)
    select id, user_id, notification_type, title, message, data, message_id, job_id, is_silent, pos, created_at
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as n (id bigint, user_id bigint, notification_type text, title text,
      message text, data jsonb, message_id bigint, job_id bigint, is_silent bool, pos bigint, created_at timestamptz)`.execute(
    tx,
  )
}

/** Deletes what was made because of messages that are gone. */
export async function deleteNotificationsOf(tx: Db, messageIds: readonly number[]): Promise<void> {
  if (messageIds.length === 0) return
  const gone = tx.selectFrom('notification').select('id').where('message_id', 'in', messageIds)
  // Locked in the order in which a reader locks them.
  await tx.deleteFrom('notification').where('id', 'in', gone.orderBy('id').forUpdate()).execute()
}

/** Which of these people a job has notified. */
export const listNotified = (
  db: Db,
  asked: readonly { job_id: number; user_id: number }[],
): Promise<{ job_id: number | null; user_id: number }[]> =>
  db
    .selectFrom('notification')
    .select(['job_id', 'user_id'])
    .where('job_id', 'in', [...new Set(asked.map(({ job_id }) => job_id))])
    .where('user_id', 'in', [...new Set(asked.map(({ user_id }) => user_id))])
    .execute()

export interface NotificationPage {
  user_id: number
  unread: boolean
  limit: number
  after: { created_at: string; id: number } | undefined
}

/** A person's notifications, newest first. */
export const listNotifications = (
  db: Db,
  { user_id, unread, limit, after }: NotificationPage,
): Promise<NotificationRow[]> =>
  db
    .selectFrom('notification')
    .selectAll()
    .where('user_id', '=', user_id)
    .$if(unread, (query) => query.where('read_at', 'is', null))
    .$if(after !== undefined, (query) =>
      query.where(sql<boolean>`(created_at, id) < (${after?.created_at}::timestamptz, ${after?.id}::bigint)`),
    )
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()

/** How many are unread, counted no further than `most`. */
export async function countUnread(db: Db, userId: number, most: number): Promise<number> {
  const unread = db
    .selectFrom('notification')
    .select('id')
    .where('user_id', '=', userId)
    .where('read_at', 'is', null)
    .limit(most)
  const { count } = await db
    .selectFrom(unread.as('unread'))
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return count
}

/** Marks a person's notifications as read: those of `ids`, or all. */
export async function markNotificationsRead(
  db: Db,
  { user_id, ids, now }: { user_id: number; ids: readonly number[] | undefined; now: Date },
): Promise<void> {
  if (ids?.length === 0) return
  const unread = db
    .selectFrom('notification')
    .select('id')
    .where('user_id', '=', user_id)
    .where('read_at', 'is', null)
    .$if(ids !== undefined, (query) => query.where('id', 'in', ids ?? []))
  await db
    .updateTable('notification')
    .set({ read_at: now })
    .where('id', 'in', unread.orderBy('id').forUpdate())
    .execute()
}

export interface NotificationRange {
  user_id: number
  /** By lane: above the first, up to the second. */
  from: readonly number[]
  to: readonly number[]
  limit: number
}

/** The newest unread ones that were told between two positions, oldest first. */
export async function listUntold(
  db: Db,
  { user_id, from, to, limit }: NotificationRange,
): Promise<NotificationRow[]> {
  const at = (positions: readonly number[]) =>
    sql<number>`(${[...positions]}::bigint[])[(id % 256) % ${positions.length} + 1]`
  const rows = await db
    .selectFrom('notification')
    .selectAll()
    .where('user_id', '=', user_id)
    .where('read_at', 'is', null)
    .where('is_silent', '=', false)
    .where('pos', '>', at(from))
    .where('pos', '<=', at(to))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.reverse()
}

/** Deletes some of those that are older; says how many. */
export async function deleteOldNotifications(db: Db, before: Date, most: number): Promise<number> {
  const old = db
    .selectFrom('notification')
    .select('id')
    .where('created_at', '<', before)
    .limit(most)
    .forUpdate()
    .skipLocked()
  const { numDeletedRows } = await db
    .deleteFrom('notification')
    .where('id', 'in', old)
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}

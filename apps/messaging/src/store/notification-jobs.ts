import type { Role } from '@parley/protocol'
import { sql, type Insertable, type Kysely, type Selectable } from 'kysely'
import type { Tables } from './tables.ts'

type Db = Kysely<Tables>
export type NotificationJob = Selectable<Tables['notification_job']>

/** The id of a new job, or of the one that the same admin asked for under the same client id. */
export async function insertJob(db: Db, job: Insertable<Tables['notification_job']>): Promise<number> {
  const made = await db
    .insertInto('notification_job')
    .values(job)
    .onConflict((conflict) => conflict.columns(['created_by', 'client_id']).doNothing())
    .returning('id')
    .executeTakeFirst()
  if (made) return made.id
  const first = await db
    .selectFrom('notification_job')
    .select('id')
    .where('created_by', '=', job.created_by)
    .where('client_id', '=', job.client_id ?? null)
    .executeTakeFirstOrThrow()
  return first.id
}

/** A job that is due, the one that has waited longest; others leave it alone for `seconds`. */
export async function takeJob(db: Db, seconds: number): Promise<NotificationJob | undefined> {
  const due = db
    .selectFrom('notification_job')
    .select('id')
    .where('done_at', 'is', null)
    .where('due_at', '<=', sql<Date>`now()`)
    .orderBy('due_at')
    .limit(1)
    .forUpdate()
    .skipLocked()
  return db
    .updateTable('notification_job')
    .set({ due_at: sql`now() + make_interval(secs => ${seconds})` })
    .where('id', '=', due)
    .returningAll()
    .executeTakeFirst()
}

/** The job has come to this person and is due again. */
export async function saveProgress(
  db: Db,
  { id, is_late }: NotificationJob,
  after_user_id: number,
): Promise<void> {
  await db
    .updateTable('notification_job')
    .set({ after_user_id: sql`greatest(after_user_id, ${after_user_id})`, due_at: sql`now()` })
    .where('id', '=', id)
    .where('is_late', '=', is_late)
    .execute()
}

/** The job has come no further; it is due again in so many seconds. */
export async function postponeJob(db: Db, { id }: NotificationJob, seconds: number): Promise<void> {
  await db
    .updateTable('notification_job')
    .set({ due_at: sql`now() + make_interval(secs => ${seconds})` })
    .where('id', '=', id)
    .execute()
}

/** The job has come to its end, and begins once more, with the latecomers, so many seconds after it was asked for. */
export async function awaitLatecomers(db: Db, { id }: NotificationJob, seconds: number): Promise<void> {
  await db
    .updateTable('notification_job')
    .set({
      is_late: true,
      after_user_id: 0,
      due_at: sql`greatest(now(), created_at + make_interval(secs => ${seconds}))`,
    })
    .where('id', '=', id)
    .where('is_late', '=', false)
    .execute()
}

/** The job is done; it stays, as the record of who told what to how many. */
export async function finishJob(db: Db, { id }: NotificationJob): Promise<number> {
  const { notified } = await db
    .updateTable('notification_job')
    .set((eb) => ({
      done_at: sql<Date>`now()`,
      notified: eb
        .selectFrom('notification')
        .select(eb.fn.countAll<number>().as('count'))
        .where('job_id', '=', id),
    }))
    .where('id', '=', id)
    .returning('notified')
    .executeTakeFirstOrThrow()
  return notified ?? 0
}

export async function countOpenJobs(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('notification_job')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('done_at', 'is', null)
    .executeTakeFirstOrThrow()
  return count
}

/** Whom a job has to notify next, in order of their ids. */
export async function listRecipients(db: Db, job: NotificationJob, most: number): Promise<number[]> {
  const { user_ids, role, after_user_id } = job
  if (user_ids) return user_ids.filter((id) => id > after_user_id).slice(0, most)
  const rows =
    role === 'agent' || role === 'admin'
      ? await listStaffOf(db, role, { after_user_id, most })
      : await listPeople(db, job, most)
  return rows.map(({ user_id }) => user_id)
}

const listStaffOf = (db: Db, role: Role, { after_user_id, most }: { after_user_id: number; most: number }) =>
  db
    .selectFrom('staff')
    .select('user_id')
    .where('role', '=', role)
    .where('user_id', '>', after_user_id)
    .orderBy('user_id')
    .limit(most)
    .execute()

const listPeople = (db: Db, { role, is_late, after_user_id, created_at }: NotificationJob, most: number) =>
  db
    .selectFrom('user_card as u')
    .select('u.user_id')
    .where('u.user_id', '>', after_user_id)
    .$if(is_late, (query) =>
      query.where('u.known_at', '>=', sql<Date>`${created_at}::timestamptz - interval '1 second'`),
    )
    .$if(role === 'user', (query) =>
      query.where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('staff as s')
              .select('s.user_id')
              .whereRef('s.user_id', '=', 'u.user_id')
              .where('s.role', '!=', 'user'),
          ),
        ),
      ),
    )
    .orderBy('u.user_id')
    .limit(most)
    .execute()

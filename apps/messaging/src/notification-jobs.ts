// What admins send goes out chunk by chunk. A chunk may go out twice, where a process died before it noted how far it had
// come: the lane leaves out whom the job has notified. Any process may go on with any job.
import { setTimeout as delay } from 'node:timers/promises'
import { makeNotifications, shardOf } from '@parley/protocol'
import type { Bus, Logger } from '@parley/service-kit'
import type { Kysely } from 'kysely'
import {
  awaitLatecomers,
  finishJob,
  listRecipients,
  postponeJob,
  saveProgress,
  takeJob,
  type NotificationJob,
} from './store/notification-jobs.ts'
import type { Tables } from './store/tables.ts'

const CHUNK = 100
const POLL_MS = 1_000
/** Longer than a chunk takes: a job is taken over from a process that died only after it. */
const LEASE_SECONDS = 10
const RETRY_SECONDS = 1
/** Somebody who registered before a job was asked for is known here by then. */
const LATE_SECONDS = 5

export interface JobsOptions {
  db: Kysely<Tables>
  bus: Bus
  log: Logger
  /** How many lanes there are. */
  lanes: number
  /** Notifications a second that this process makes. */
  rate: number
}

export interface NotificationJobs extends AsyncDisposable {
  /** There is a new job. */
  wake(): void
}

/** Works on admins' notifications until disposed, on all jobs in turns. */
export function startNotificationJobs(options: JobsOptions): NotificationJobs {
  const { db, log, rate } = options
  const ending = new AbortController()
  let waking = new AbortController()
  const pause = (ms: number, signals: AbortSignal[]): Promise<void> =>
    delay(ms, undefined, { signal: AbortSignal.any(signals) }).catch(() => undefined)

  const work = async (): Promise<void> => {
    const job = await takeJob(db, LEASE_SECONDS)
    if (!job) return pause(POLL_MS, [ending.signal, waking.signal])
    const started = performance.now()
    const made = await advance(options, job).catch(async (err: unknown) => {
      await postponeJob(db, job, RETRY_SECONDS)
      throw err
    })
    const dueMs = (made / rate) * 1_000 - (performance.now() - started)
    if (dueMs > 0) await pause(dueMs, [ending.signal])
  }
  const loop = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      waking = new AbortController()
      await work().catch(async (err: unknown) => {
        log.warn({ err }, 'notifications cannot be made now')
        await pause(POLL_MS, [ending.signal])
      })
    }
  }
  const done = loop()
  return {
    wake: () => waking.abort(),
    [Symbol.asyncDispose]: async () => {
      ending.abort()
      await done
    },
  }
}

/** Makes a job's next notifications; says how many people that were. */
async function advance({ db, bus, log, lanes }: JobsOptions, job: NotificationJob): Promise<number> {
  const recipients = await listRecipients(db, job, CHUNK)
  const groups = Map.groupBy(recipients, (id) => shardOf(id) % lanes)
  const { id: job_id, title, message, notification_type, data } = job
  await Promise.all(
    [...groups].map(([lane, user_ids]) =>
      bus.call(makeNotifications, { shard: lane, job_id, user_ids, title, message, notification_type, data }),
    ),
  )
  const last = recipients.at(-1)
  if (last !== undefined) await saveProgress(db, job, last)
  if (recipients.length === CHUNK) return recipients.length
  if (!job.user_ids && !job.is_late) await awaitLatecomers(db, job, LATE_SECONDS)
  else log.info({ job_id, by: job.created_by, notified: await finishJob(db, job) }, 'notifications are made')
  return recipients.length
}

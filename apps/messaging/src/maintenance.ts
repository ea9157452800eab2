import type { Database, Logger } from '@parley/service-kit'
import { deleteOldNotifications } from './store/notifications.ts'
import { keepOutbox } from './store/outbox.ts'
import type { Tables } from './store/tables.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
/** Rows deleted in one statement. */
const BATCH = 1_000

export interface MaintenanceOptions {
  log: Logger
  now: () => Date
  /** Days that notifications are kept. */
  keptDays: number
}

/** Makes the outbox's partitions that are due, before anything is written and every hour after; deletes what has become old. */
export async function startMaintenance(
  { pool, db }: Pick<Database<Tables>, 'pool' | 'db'>,
  { log, now, keptDays }: MaintenanceOptions,
): Promise<AsyncDisposable> {
  let stopped = false
  const deleteOld = async (): Promise<void> => {
    const before = new Date(now().getTime() - keptDays * DAY_MS)
    let deleted: number
    do deleted = await deleteOldNotifications(db, before, BATCH)
    while (deleted === BATCH && !stopped)
  }
  let working: Promise<void> = Promise.resolve()
  const work = (): void => {
    working = working
      .then(() => keepOutbox(pool))
      .then(deleteOld)
      .catch((err: unknown) => log.error({ err }, 'maintenance failed; it runs again'))
  }
  await keepOutbox(pool)
  work()
  const timer = setInterval(work, HOUR_MS)
  return {
    [Symbol.asyncDispose]: async () => {
      stopped = true
      clearInterval(timer)
      await working
    },
  }
}

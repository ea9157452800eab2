import type { Logger } from '@parley/service-kit'
import type { Deps } from './deps.ts'
import { forgottenBefore } from './domain/guessing.ts'
import { deleteOldGuesses } from './store/guesses.ts'
import { deleteIdleLimits } from './store/rate-limits.ts'
import { deleteEndedSessions, endExpiredSessions } from './store/sessions.ts'
import { deleteExpiredTickets } from './store/tickets.ts'

/** Rows changed in one statement; the rest waits for the next round. */
const BATCH = 1_000
/**
 * An ended session is still known this long, so that its tokens are told from invented ones. No outside token is accepted
 * as long as that, so one of an ended session is refused to its end.
 */
const ENDED_RETAINED_MS = 86_400_000

export interface MaintenanceOptions {
  deps: Pick<Deps, 'db' | 'now' | 'keyring' | 'wakeRelay'>
  intervalMs: number
  log: Logger
}

/** Does what time makes due, again and again until disposed. Each process does it; none of it goes wrong twice. */
export function startMaintenance({ deps, intervalMs, log }: MaintenanceOptions): AsyncDisposable {
  let stopped = false
  let endPause = (): void => {}
  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, intervalMs)
      endPause = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  const loop = async (): Promise<void> => {
    while (!stopped) {
      await pause()
      for (const work of stopped ? [] : works) {
        await work(deps).catch((err: unknown) => log.warn({ err }, 'maintenance failed; it runs again'))
      }
    }
  }
  const done = loop()
  return {
    [Symbol.asyncDispose]: async () => {
      stopped = true
      endPause()
      await done
    },
  }
}

type Work = (deps: MaintenanceOptions['deps']) => Promise<void>

const works: readonly Work[] = [
  ({ keyring }) => keyring.refresh(),
  async ({ db, now, wakeRelay }) => {
    const ended = await db.transaction().execute((tx) => endExpiredSessions(tx, now(), BATCH))
    if (ended > 0) wakeRelay()
  },
  ({ db, now }) => deleteEndedSessions(db, new Date(now().getTime() - ENDED_RETAINED_MS), BATCH),
  ({ db, now }) => deleteExpiredTickets(db, now(), BATCH),
  ({ db, now }) => deleteOldGuesses(db, forgottenBefore(now())),
  ({ db, now }) => deleteIdleLimits(db, now().getTime()),
]

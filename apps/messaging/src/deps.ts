import type { Bus, WorkQueue } from '@parley/service-kit'
import type { Kysely } from 'kysely'
import type { Cards } from './cards.ts'
import type { Lanes } from './lanes/lanes.ts'
import type { Presence } from './presence/presence.ts'
import type { SendLimiter } from './send-limiter.ts'
import type { Staff } from './staff.ts'
import type { StoreFacts } from './store/lanes.ts'
import type { NotificationJobs } from './notification-jobs.ts'
import type { Positions } from './positions.ts'
import type { Tables } from './store/tables.ts'

/** What a handler may touch. */
export interface Deps {
  db: Kysely<Tables>
  bus: Bus
  lanes: Lanes
  cards: Cards
  staff: Staff
  limiter: SendLimiter
  presence: Presence
  positions: Positions
  store: StoreFacts
  now: () => Date
  jobs: Pick<NotificationJobs, 'wake'>
  /** Of syncs, which are asked for by everybody at once after a break, and leave connections to other reads. */
  syncs: WorkQueue
}

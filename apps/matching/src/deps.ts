import type { Bus, Relay } from '@parley/service-kit'
import type { Kysely } from 'kysely'
import type { Counts } from './metrics.ts'
import type { Tables } from './store/tables.ts'

/** What a handler may touch. */
export interface Deps {
  db: Kysely<Tables>
  bus: Bus
  relay: Relay
  counts: Counts
  now: () => Date
  /** A random id of a shard; its taker retries when it is in use. */
  newId: (shard: number) => number
}

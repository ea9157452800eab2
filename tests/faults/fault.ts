import type { Client } from './client.ts'
import type { Random } from './random.ts'
import type { Stand } from './stand.ts'

/** What faults happen to. */
export interface Ground {
  stand: Stand
  clients: readonly Client[]
  random: Random
}

/** One thing that goes wrong, and passes by itself. */
export interface Fault {
  /** In words; faults of one kind are counted and compared together. */
  kind: string
  /** Processes that end by it, and are started again. */
  ends: readonly string[]
  /** Resolves when it is over, and what follows is the recovery. */
  inflict(ground: Ground): Promise<void>
}

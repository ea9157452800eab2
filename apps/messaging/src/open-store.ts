import type { Kysely } from 'kysely'
import type { Config } from './config.ts'
import { changeLanes } from './store/change-lanes.ts'
import { findFacts, type StoreFacts } from './store/lanes.ts'
import type { Tables } from './store/tables.ts'

/** A single process writes cheapest through one lane: batches are as large as can be. */
const LANES_OF_NEW_STORE = 1

/**
 * Facts of the store. A start that asks for another number of lanes than it has is refused, unless it is asked to change
 * them.
 */
export async function openStore(
  db: Kysely<Tables>,
  { LANES, CHANGE_LANES }: Pick<Config, 'LANES' | 'CHANGE_LANES'>,
): Promise<StoreFacts> {
  if (CHANGE_LANES && LANES === 0) throw new Error('CHANGE_LANES needs LANES: how many there are to be')
  const facts = await findFacts(db, LANES || LANES_OF_NEW_STORE)
  if (LANES === 0 || facts.lanes === LANES) return facts
  if (!CHANGE_LANES) {
    throw new Error(
      `LANES is ${LANES}, but this database was made with ${facts.lanes}; to change it, stop messaging and start one with CHANGE_LANES=true`,
    )
  }
  await changeLanes(db, LANES)
  return { ...facts, lanes: LANES }
}

import type { Kysely } from 'kysely'
import type { Config } from './config.ts'
import { changeLanes } from './store/change-lanes.ts'
import { findFacts, type StoreFacts } from './store/lanes.ts'
import type { Tables } from './store/tables.ts'

/** Facts of the store. A start with another number of lanes than it has is refused, unless it is asked to change them. */
export async function openStore(
  db: Kysely<Tables>,
  { LANES, CHANGE_LANES }: Pick<Config, 'LANES' | 'CHANGE_LANES'>,
): Promise<StoreFacts> {
  const facts = await findFacts(db, LANES)
  if (facts.lanes === LANES) return facts
  if (!CHANGE_LANES) {
    throw new Error(
      `LANES is ${LANES}, but this database was made with ${facts.lanes}; to change it, stop messaging and start one with CHANGE_LANES=true`,
    )
  }
  await changeLanes(db, LANES)
  return { ...facts, lanes: LANES }
}

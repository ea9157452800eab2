import { block, matchEnded, userBlocked } from '@parley/protocol'
import { appendEvent, handle } from '@parley/service-kit'
import type { Kysely } from 'kysely'
import type { Deps } from '../deps.ts'
import { findKnown } from '../people.ts'
import { insertBlock, nextBlockVersion } from '../store/blocks.ts'
import { endMatch, forgetChoice, lockPair, type Choosing } from '../store/pairs.ts'
import type { Tables } from '../store/tables.ts'

export function blockHandler({ db, bus, relay, counts }: Omit<Deps, 'now' | 'newId'>) {
  return handle(block, async ({ user_id }, context) => {
    const known = await findKnown({ db, bus }, user_id, context)
    if (!known) throw context.fail('user_not_found')

    const choosing = { by: context.caller.user_id, about: user_id }
    const isNew = await db.transaction().execute((tx) => blockOnce(tx, choosing))
    if (!isNew) return {}
    counts.blocks++
    relay.wake()
    return {}
  })
}

/**
 * The block, the end of the pair's match and the events of both: all are kept or none. The blocker's own choice is
 * forgotten. The other's is not: they could notice, by taking back their last choice.
 */
async function blockOnce(tx: Kysely<Tables>, choosing: Choosing): Promise<boolean> {
  const { lo, hi, generation, match_id } = await lockPair(tx, choosing)
  if (!(await insertBlock(tx, choosing))) return false

  const version = await nextBlockVersion(tx, { lo, hi })
  await appendEvent(tx, userBlocked, { blocker_id: choosing.by, blocked_id: choosing.about, version })
  if (match_id === null) await forgetChoice(tx, choosing)
  else {
    await endMatch(tx, { match_id, by: choosing.by })
    await appendEvent(tx, matchEnded, { match_id, user_ids: [lo, hi], generation })
  }
  return true
}

import { unblock, userUnblocked } from '@parley/protocol'
import { appendEvent, handle } from '@parley/service-kit'
import type { Kysely } from 'kysely'
import type { Deps } from '../deps.ts'
import { findKnown } from '../people.ts'
import { deleteBlock, nextBlockVersion } from '../store/blocks.ts'
import { lockPair, type Choosing } from '../store/pairs.ts'
import type { Tables } from '../store/tables.ts'

export function unblockHandler({ db, bus, relay }: Pick<Deps, 'db' | 'bus' | 'relay'>) {
  return handle(unblock, async ({ user_id }, context) => {
    const known = await findKnown({ db, bus }, user_id, context)
    if (!known) throw context.fail('user_not_found')

    const choosing = { by: context.caller.user_id, about: user_id }
    const isGone = await db.transaction().execute((tx) => unblockOnce(tx, choosing))
    if (isGone) relay.wake()
    return {}
  })
}

/** The end of the block and its event; locked in the order in which a block locks. */
async function unblockOnce(tx: Kysely<Tables>, choosing: Choosing): Promise<boolean> {
  const pair = await lockPair(tx, choosing)
  if (!(await deleteBlock(tx, choosing))) return false

  const version = await nextBlockVersion(tx, pair)
  await appendEvent(tx, userUnblocked, { blocker_id: choosing.by, blocked_id: choosing.about, version })
  return true
}

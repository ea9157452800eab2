import { unblock, userUnblocked } from '@parley/protocol'
import { appendEvent, handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { findKnown } from '../people.ts'
import { deleteBlock } from '../store/blocks.ts'

export function unblockHandler({ db, bus, relay }: Pick<Deps, 'db' | 'bus' | 'relay'>) {
  return handle(unblock, async ({ user_id }, context) => {
    const known = await findKnown({ db, bus }, user_id, context)
    if (!known) throw context.fail('user_not_found')

    const by = context.caller.user_id
    const isGone = await db.transaction().execute(async (tx) => {
      const deleted = await deleteBlock(tx, { by, about: user_id })
      if (deleted) await appendEvent(tx, userUnblocked, { blocker_id: by, blocked_id: user_id })
      return deleted
    })
    if (isGone) relay.wake()
    return {}
  })
}

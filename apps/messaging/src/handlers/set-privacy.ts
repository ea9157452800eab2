import { applyPrivacy, setPrivacy } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { unwatch } from '../presence/unwatch.ts'
import { savePrivacy } from '../store/privacy.ts'

/**
 * Answers once every lane goes by it. Where one cannot be asked, asking again does the rest: what is stored stays, and who
 * watches is asked to watch anew in any case, which goes by what is stored.
 */
export function setPrivacyHandler({ db, bus, store }: Pick<Deps, 'db' | 'bus' | 'store'>) {
  return handle(setPrivacy, async (input, { caller: { user_id }, traceId, deadline }) => {
    const privacy = await savePrivacy(db, user_id, input)
    if (!privacy.presence) unwatch(bus.nats, user_id)
    await Promise.all(
      Array.from({ length: store.lanes }, (_, shard) =>
        bus.call(applyPrivacy, { shard, user_id }, { traceId, deadline }),
      ),
    )
    return privacy
  })
}

import { applyPrivacy, setPrivacy } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { unwatch } from '../presence/unwatch.ts'
import { savePrivacy } from '../store/privacy.ts'

/** Answers once every lane goes by it. Where one cannot be asked, asking again does the rest: what is stored stays. */
export function setPrivacyHandler({ db, bus, store }: Pick<Deps, 'db' | 'bus' | 'store'>) {
  return handle(setPrivacy, async (input, { caller: { user_id }, traceId, deadline }) => {
    const privacy = await savePrivacy(db, user_id, input)
    await Promise.all(
      Array.from({ length: store.lanes }, (_, shard) =>
        bus.call(applyPrivacy, { shard, user_id }, { traceId, deadline }),
      ),
    )
    if (!privacy.presence) unwatch(bus.nats, user_id)
    return privacy
  })
}

import { applyPrivacy } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'

export function applyPrivacyHandler({ lanes, staff }: Pick<Deps, 'lanes' | 'staff'>) {
  return handle(applyPrivacy, async ({ shard, user_id }, { deadline }) => {
    if (staff.find(user_id)) await staff.refresh()
    await lanes.applyPrivacy(shard, user_id, deadline)
    return {}
  })
}

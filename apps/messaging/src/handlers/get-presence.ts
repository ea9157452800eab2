import { getPresence } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'

export function getPresenceHandler({ presence }: Pick<Deps, 'presence'>) {
  return handle(getPresence, async ({ shard, user_ids }) => ({
    items: user_ids.map((user_id) => {
      const { status, lastSeen } = presence.statusOf(shard, user_id)
      return { user_id, status, last_seen: lastSeen?.toISOString() ?? null }
    }),
  }))
}

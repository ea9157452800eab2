import { watch } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { listSeen } from '../store/presence.ts'

export function watchHandler({ db }: Pick<Deps, 'db'>) {
  return handle(watch, async ({ user_ids }, { caller }) => {
    const seen = await listSeen(db, caller.user_id, user_ids)
    return {
      visible: seen.flatMap(({ user_id, is_hidden, seen_at }) =>
        is_hidden ? [] : [{ user_id, last_seen: seen_at?.toISOString() ?? null }],
      ),
      hidden: seen.flatMap(({ user_id, is_hidden }) => (is_hidden ? [user_id] : [])),
    }
  })
}

import { readNotifications } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { markNotificationsRead } from '../store/notifications.ts'

export function readNotificationsHandler({ db, now }: Pick<Deps, 'db' | 'now'>) {
  return handle(readNotifications, async ({ ids }, { caller }) => {
    await markNotificationsRead(db, { user_id: caller.user_id, ids, now: now() })
    return {}
  })
}

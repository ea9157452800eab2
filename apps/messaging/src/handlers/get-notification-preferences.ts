import { getNotificationPreferences } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { listPreferences } from '../store/notification-preferences.ts'

export function getNotificationPreferencesHandler({ db }: Pick<Deps, 'db'>) {
  return handle(getNotificationPreferences, async (_, { caller }) => {
    const stored = await listPreferences(db, [caller.user_id])
    return stored.get(caller.user_id) ?? { types: {}, quiet_hours: null }
  })
}

import { putNotificationPreferences } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { savePreferences } from '../store/notification-preferences.ts'

/** Lanes read preferences at each notification: what is stored holds from the answer on. */
export function putNotificationPreferencesHandler({ db }: Pick<Deps, 'db'>) {
  return handle(putNotificationPreferences, async ({ types = {}, quiet_hours = null }, { caller }) => {
    const preferences = { types, quiet_hours }
    await savePreferences(db, caller.user_id, preferences)
    return preferences
  })
}

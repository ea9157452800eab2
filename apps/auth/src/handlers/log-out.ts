import { logOut } from '@parley/protocol'
import { handle, type Handler } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { endSession } from '../store/sessions.ts'

export function logOutHandler({ db, now, wakeRelay }: Deps): Handler {
  return handle(logOut, async (_, { caller: { session_id, user_id } }) => {
    const hasEnded = await db
      .transaction()
      .execute((tx) => endSession(tx, { id: session_id, user_id }, now()))
    if (hasEnded) wakeRelay()
    return {}
  })
}

import { endSession } from '@parley/protocol'
import { handle, type Handler } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import * as sessions from '../store/sessions.ts'

export function endSessionHandler({ db, now, wakeRelay }: Deps): Handler {
  return handle(endSession, async ({ session_id }, { caller: { user_id }, fail }) => {
    const hasEnded = await db
      .transaction()
      .execute((tx) => sessions.endSession(tx, { id: session_id, user_id }, now()))
    if (!hasEnded) throw fail('session_not_found')
    wakeRelay()
    return {}
  })
}

import { listSessions } from '@parley/protocol'
import { handle, type Handler } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { listOpenSessions } from '../store/sessions.ts'

export function listSessionsHandler({ db, now }: Deps): Handler {
  return handle(listSessions, async (_, { caller }) => {
    const sessions = await listOpenSessions(db, caller.user_id, now())
    const items = sessions.map(({ id, device, created_at, last_used_at }) => ({
      id,
      device,
      created_at: created_at.toISOString(),
      last_used_at: last_used_at.toISOString(),
      is_current: id === caller.session_id,
    }))
    return { items, next_cursor: null }
  })
}

import { listEndedSessions } from '@parley/protocol'
import { handle, type Handler } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { listEndedSince } from '../store/sessions.ts'

export function listEndedSessionsHandler({ db, now, keyring }: Deps): Handler {
  return handle(listEndedSessions, async () => {
    const since = new Date(now().getTime() - keyring.tokenLifeMs)
    return { items: await listEndedSince(db, since) }
  })
}

import { listContacts as listContactsRpc } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { listContacts } from '../store/presence.ts'

export function listContactsHandler({ db }: Pick<Deps, 'db'>) {
  return handle(listContactsRpc, async ({ limit }, { caller }) => ({
    user_ids: await listContacts(db, caller.user_id, limit),
  }))
}

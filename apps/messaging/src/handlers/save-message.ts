import { saveMessage as saveMessageRpc } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { saveMessage } from '../store/saved.ts'
import { findVisibleMessage } from '../visible-message.ts'

export function saveMessageHandler({ db }: Pick<Deps, 'db'>) {
  return handle(saveMessageRpc, async ({ message_id }, { caller, fail }) => {
    const { user_id } = caller
    const found = await findVisibleMessage(db, message_id, user_id)
    if (!found) throw fail('message_not_found')
    if (found.row.deleted_at) throw fail('message_deleted')
    await saveMessage(db, { user_id, message_id })
    return {}
  })
}

import { getMessage } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { messageView } from '../views.ts'
import { findVisibleMessage } from '../visible-message.ts'

export function getMessageHandler({ db }: Pick<Deps, 'db'>) {
  return handle(getMessage, async ({ message_id }, { caller, fail }) => {
    const found = await findVisibleMessage(db, message_id, caller.user_id)
    if (!found) throw fail('message_not_found')
    return messageView(found.row)
  })
}

import { getMessage } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { findMembership } from '../store/conversations.ts'
import { findMessage } from '../store/messages.ts'
import { messageView } from '../views.ts'

export function getMessageHandler({ db }: Pick<Deps, 'db'>) {
  return handle(getMessage, async ({ message_id }, { caller, fail }) => {
    const row = await findMessage(db, message_id)
    if (!row || !(await findMembership(db, row.conversation_id, caller.user_id)))
      throw fail('message_not_found')
    return messageView(row)
  })
}

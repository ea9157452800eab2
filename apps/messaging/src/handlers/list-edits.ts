import { listEdits, timestamp } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { listEditsOf } from '../store/messages.ts'
import { findVisibleMessage } from '../visible-message.ts'

export function listEditsHandler({ db }: Pick<Deps, 'db'>) {
  return handle(listEdits, async ({ message_id }, { caller, fail }) => {
    if (!(await findVisibleMessage(db, message_id, caller.user_id))) throw fail('message_not_found')
    const edits = await listEditsOf(db, message_id)
    return {
      items: edits.map(({ content, replaced_at }) => ({ content, replaced_at: timestamp(replaced_at) })),
    }
  })
}

import { getThread, limits } from '@parley/protocol'
import { handle, RpcError } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { listReplies } from '../store/messages.ts'
import { messageView } from '../views.ts'
import { findVisibleMessage } from '../visible-message.ts'

export function getThreadHandler({ db }: Pick<Deps, 'db'>) {
  return handle(getThread, async ({ message_id, limit = limits.page.default, cursor }, { caller, fail }) => {
    const after_seq = cursor === undefined ? 0 : Number(cursor)
    if (!Number.isSafeInteger(after_seq)) {
      throw new RpcError('invalid', {
        errors: [{ path: 'cursor', message: 'is not a next_cursor of this list' }],
      })
    }
    const parent = await findVisibleMessage(db, message_id, caller.user_id)
    if (!parent) throw fail('message_not_found')
    const reader = { user_id: caller.user_id, conversation_id: parent.row.conversation_id }
    const rows = await listReplies(db, { parent_id: message_id, reader, after_seq, limit: limit + 1 })
    const items = rows.slice(0, limit).map(messageView)
    return { items, next_cursor: rows.length > limit ? String(items.at(-1)?.seq) : null }
  })
}

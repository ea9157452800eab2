import { limits, listMessages } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { findMembership } from '../store/conversations.ts'
import { listHistory } from '../store/messages.ts'
import { messageView } from '../views.ts'
import { fitPage } from './fit-page.ts'

export function listMessagesHandler({ db }: Pick<Deps, 'db'>) {
  return handle(listMessages, async (input, { caller, fail }) => {
    const { conversation_id, before_seq, after_seq, limit = limits.page.default } = input
    if (!(await findMembership(db, conversation_id, caller.user_id))) throw fail('conversation_not_found')
    const reader = { user_id: caller.user_id, conversation_id }
    const isForward = after_seq !== undefined
    const rows = await listHistory(db, { reader, before_seq, after_seq, limit: limit + 1 })
    const page = isForward ? rows.slice(0, limit) : rows.slice(-limit)
    const items = isForward
      ? fitPage(page.map(messageView))
      : fitPage(page.map(messageView).reverse()).reverse()
    const edge = isForward ? items.at(-1) : items[0]
    return { items, next_cursor: edge && items.length < rows.length ? String(edge.seq) : null }
  })
}

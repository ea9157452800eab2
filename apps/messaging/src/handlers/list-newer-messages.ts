import { limits, listNewerMessages } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { listMemberships } from '../store/list.ts'
import { listNewer } from '../store/newer-messages.ts'
import { messageView } from '../views.ts'
import { findVisibleMessage } from '../visible-message.ts'
import { fitPage } from './fit-page.ts'

const newestActivity = {
  limit: limits.newer_conversations,
  ...{ kind: undefined, archived: undefined, unread: false, after: undefined },
}

export function listNewerMessagesHandler({ db }: Pick<Deps, 'db'>) {
  return handle(listNewerMessages, async ({ message_id, conversation_id }, { caller, fail }) => {
    const found = await findVisibleMessage(db, message_id, caller.user_id)
    const than = found?.row
    if (!than || (conversation_id ?? than.conversation_id) !== than.conversation_id)
      throw fail('message_not_found')
    const isOne = conversation_id !== undefined
    const own = isOne ? [found.membership] : await listMemberships(db, caller.user_id, newestActivity)
    const rows = await listNewer(db, {
      user_id: caller.user_id,
      conversation_ids: own.map(({ conversation }) => conversation.id),
      than,
      order: isOne ? 'seq' : 'time',
      limit: limits.page.max + 1,
    })
    const items = fitPage(rows.slice(0, limits.page.max).map(messageView))
    return { items, has_more: items.length < rows.length }
  })
}

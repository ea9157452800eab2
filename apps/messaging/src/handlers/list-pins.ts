import { listPins } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { findMembership } from '../store/conversations.ts'
import { listSeen } from '../store/saved.ts'
import { messageView } from '../views.ts'

export function listPinsHandler({ db }: Pick<Deps, 'db'>) {
  return handle(listPins, async ({ conversation_id }, { caller, fail }) => {
    const { user_id } = caller
    const membership = await findMembership(db, conversation_id, user_id)
    if (!membership) throw fail('conversation_not_found')
    const ids = membership.conversation.pins.map(({ id }) => id)
    const rows = await listSeen(db, { user_id, conversation_id }, ids)
    const byId = new Map(rows.map((row) => [row.id, messageView(row)]))
    return { items: ids.flatMap((id) => byId.get(id) ?? []) }
  })
}

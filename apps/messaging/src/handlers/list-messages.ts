import { limits, listMessages, type Message } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { findMembership } from '../store/conversations.ts'
import { listHistory } from '../store/messages.ts'
import { messageView } from '../views.ts'

export function listMessagesHandler({ db }: Pick<Deps, 'db'>) {
  return handle(listMessages, async (input, { caller, fail }) => {
    const { conversation_id, before_seq, after_seq, limit = limits.page.default } = input
    const membership = await findMembership(db, conversation_id, caller.user_id)
    if (!membership) throw fail('conversation_not_found')
    const reader = { user_id: caller.user_id, joined_seq: membership.joined_seq }
    const isForward = after_seq !== undefined
    const rows = await listHistory(db, {
      reader,
      conversation_id,
      before_seq,
      after_seq,
      limit: limit + 1,
    })
    const page = isForward ? rows.slice(0, limit) : rows.slice(-limit)
    const items = fitPage(page.map(messageView), isForward)
    const edge = isForward ? items.at(-1) : items[0]
    return { items, next_cursor: edge && items.length < rows.length ? String(edge.seq) : null }
  })
}

/** Ends a page early where it would grow too large, at the end that is farther from where it was asked to begin. */
function fitPage(items: Message[], isForward: boolean): Message[] {
  const kept: Message[] = []
  let bytes = 0
  for (const message of isForward ? items : items.toReversed()) {
    bytes += Buffer.byteLength(message.content) + 1_000
    if (kept.length > 0 && bytes > limits.page_bytes) break
    kept.push(message)
  }
  return isForward ? kept : kept.reverse()
}

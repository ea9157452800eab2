import { recountUnread, shardOf, type Output } from '@parley/protocol'
import { handle, RpcError } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { unreadCount, type ConversationRecord, type MemberRecord } from '../domain/conversation.ts'
import { changeOwn } from '../domain/personal.ts'
import { countUnread, type CountedUnread } from '../store/personal.ts'
import { findOwn } from './find-own.ts'

export function recountUnreadHandler({ db, lanes, limiter }: Pick<Deps, 'db' | 'lanes' | 'limiter'>) {
  return handle(recountUnread, ({ conversation_id }, { caller, deadline, fail }) => {
    const { user_id } = caller
    const retry_after_ms = limiter.take(user_id)
    if (retry_after_ms > 0) throw new RpcError('rate_limited', { retry_after_ms })
    let counted: CountedUnread | undefined
    return lanes.write(shardOf(conversation_id), {
      target: { id: conversation_id },
      deadline,
      read: async () => {
        counted = await countUnread(db, conversation_id, user_id)
      },
      apply: (record, draft) => {
        const { conversation, member } = findOwn(record, user_id, fail)
        // Of staff that has done nothing there nothing is stored that could be wrong.
        if (!counted) return unchanged(conversation, member)
        const { stored, text_count, above, marked } = counted
        const figures = { text_count, read_texts: text_count - above, unread_extra: marked }
        conversation.text_count = text_count
        member.read_texts = figures.read_texts
        member.unread_extra = marked
        if (marked === 0) member.unread_from = 0
        const isRight =
          stored.text_count === text_count &&
          stored.read_texts === figures.read_texts &&
          stored.unread_extra === marked
        if (!isRight) {
          draft.moved.add(conversation)
          changeOwn(draft, conversation, member)
        }
        const unread_count = unreadCount(conversation, member)
        return { conversation_id, read_seq: member.read_seq, unread_count, was: unreadCount(stored, stored) }
      },
    })
  })
}

function unchanged(conversation: ConversationRecord, member: MemberRecord): Output<typeof recountUnread> {
  const unread_count = unreadCount(conversation, member)
  return { conversation_id: conversation.id, read_seq: member.read_seq, unread_count, was: unread_count }
}

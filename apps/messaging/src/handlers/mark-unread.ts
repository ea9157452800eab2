import { markUnread, shardOf, type Input, type Output } from '@parley/protocol'
import { handle, unavailable, type Context } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { unreadCount } from '../domain/conversation.ts'
import { setMark } from '../domain/personal.ts'
import { countMarked, type CountedMark } from '../store/personal.ts'
import { findOwn } from './find-own.ts'

const MOST_COUNTS = 5

export function markUnreadHandler(deps: Pick<Deps, 'db' | 'lanes'>) {
  return handle(markUnread, async (input, context) => {
    for (let counts = 0; counts < MOST_COUNTS; counts++) {
      const marked = await mark(deps, input, context)
      if (marked) return marked
    }
    throw unavailable()
  })
}

/** Of staff that has done nothing yet in a support conversation. */
const nothingRead: CountedMark = { read_seq: 0, unread_from: 0, unread_extra: 0 }

/** Counts beside the lane, since messages at or below a watermark do not change. Null where the watermark has moved meanwhile. */
async function mark(
  { db, lanes }: Pick<Deps, 'db' | 'lanes'>,
  { conversation_id, seq }: Input<typeof markUnread>,
  { caller: { user_id }, deadline, fail }: Context<typeof markUnread>,
): Promise<Output<typeof markUnread> | null> {
  const counted = await countMarked(db, { conversation_id, user_id, seq })
  return lanes.write(shardOf(conversation_id), {
    target: { id: conversation_id },
    deadline,
    apply: (record, draft) => {
      const { conversation, member } = findOwn(record, user_id, fail)
      const isVisible = seq === undefined || (seq > member.joined_seq && seq <= conversation.last_seq)
      if (!isVisible) throw fail('message_not_found')
      const isUnread = seq === undefined && unreadCount(conversation, member) > 0
      if (!isUnread) {
        const { read_seq, unread_from, unread_extra } = counted ?? nothingRead
        if (read_seq !== member.read_seq) return null
        setMark(draft, conversation, { member, mark: { unread_from, unread_extra } })
      }
      const unread_count = unreadCount(conversation, member)
      return { conversation_id, read_seq: member.read_seq, unread_count }
    },
  })
}

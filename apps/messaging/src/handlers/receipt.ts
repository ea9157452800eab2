import { shardOf, type Input, type markRead, type Output } from '@parley/protocol'
import type { RpcError } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { unreadCount } from '../domain/conversation.ts'
import { memberFor } from '../domain/member.ts'
import { receive } from '../domain/receipt.ts'
import { findPlaceById, findPlaceBySeq, type MessagePlace } from '../store/messages.ts'

type Asked = Input<typeof markRead>

export interface ReceiptContext {
  userId: number
  kind: 'read' | 'delivered'
  deadline: number
  fail: (code: 'conversation_not_found' | 'message_not_found') => RpcError
}

/** Moves the caller's watermark to a message of a conversation of theirs; any other message does not exist for them. */
export async function moveReceipt(
  { db, lanes }: Pick<Deps, 'db' | 'lanes'>,
  asked: Asked,
  context: ReceiptContext,
): Promise<Output<typeof markRead>> {
  const { userId, kind, deadline, fail } = context
  const place = await findPlace(db, asked)
  const conversationId = asked.conversation_id ?? place?.conversation_id
  if (conversationId === undefined) throw fail('message_not_found')
  return lanes.write(shardOf(conversationId), {
    target: { id: conversationId },
    deadline,
    apply: (conversation, draft) => {
      const member = memberFor(conversation, userId)
      if (!conversation || !member)
        throw fail(asked.conversation_id === undefined ? 'message_not_found' : 'conversation_not_found')
      if (!place || place.conversation_id !== conversation.id) throw fail('message_not_found')
      receive(conversation, draft, {
        member,
        message_id: place.id,
        seq: place.seq,
        texts: place.text_no,
        kind,
      })
      return {
        conversation_id: conversation.id,
        read_seq: member.read_seq,
        delivered_seq: member.delivered_seq,
        unread_count: unreadCount(conversation, member),
      }
    },
  })
}

function findPlace(
  db: Deps['db'],
  { conversation_id, message_id, seq }: Asked,
): Promise<MessagePlace | undefined> {
  if (message_id !== undefined) return findPlaceById(db, message_id)
  return findPlaceBySeq(db, conversation_id as number, seq as number)
}

import { deliveryReceipt, readReceipt } from '@parley/protocol'
import type { ConversationRecord, MemberRecord } from './conversation.ts'
import { receiptAudience } from './audience.ts'
import { moveWatermark, tell, type Draft } from './draft.ts'
import { tellMember } from './tell-members.ts'

export interface Receipt {
  member: MemberRecord
  message_id: number
  seq: number
  /** How many messages that people wrote stand at or below it. */
  texts: number
  /** Read implies delivered. */
  kind: 'read' | 'delivered'
}

/** Moves a watermark and tells of it; one that moves nothing tells nothing. */
export function receive(
  conversation: ConversationRecord,
  draft: Draft,
  { member, message_id, seq, texts, kind }: Receipt,
): void {
  const wasMarked = member.unread_extra > 0
  const moved = moveWatermark(draft, conversation, {
    member,
    ...(kind === 'read' ? { read: { seq, texts } } : { delivered: seq }),
  })
  if (wasMarked && member.unread_extra === 0)
    tellMember(draft, conversation, { member, event: 'conversation.update' })
  if (!moved[kind]) return
  tell(draft, receiptAudience(conversation, member), {
    push: kind === 'read' ? readReceipt : deliveryReceipt,
    payload: {
      conversation_id: conversation.id,
      message_id,
      seq,
      user_id: member.user.id,
      timestamp: draft.now,
    },
  })
}

// Who gets a frame of a conversation. The same object each time until its members change, so that frames to the same
// people can travel together, and a message costs the same however many members there are.
import {
  isLarge,
  type ConversationRecord,
  type Derived,
  type MemberRecord,
  type SupportPart,
} from './conversation.ts'
import type { Audience } from './outgoing.ts'

/** All members; of a large conversation those who are attached; of a support conversation its person and all staff. */
export function everyone(conversation: ConversationRecord): Audience {
  const { derived, support } = conversation
  if (support) return supportIds(support, derived)
  return (derived.everyone ??= isLarge(conversation) ? { topic: conversation.id } : memberIds(conversation))
}

/** The ids of all members; of a support conversation those of its person and of all staff. */
export const memberIds = ({ derived, members, support }: ConversationRecord): readonly number[] =>
  support ? supportIds(support, derived) : (derived.memberIds ??= [...members.keys()])

function supportIds({ person_id, staff }: SupportPart, derived: Derived): readonly number[] {
  if (derived.memberIds && derived.staffIds === staff.ids) return derived.memberIds
  derived.staffIds = staff.ids
  return (derived.memberIds = [person_id, ...staff.ids.filter((id) => id !== person_id)])
}

/**
 * Who learns how far a member has come: the member's own devices, and the others as long as both share receipts. In a
 * large conversation nobody is told of others.
 */
export function receiptAudience(
  conversation: ConversationRecord,
  { user, privacy }: MemberRecord,
): readonly number[] {
  if (!privacy.receipts) return [user.id]
  if (conversation.support) return sharing(conversation, 'receipts')
  if (isLarge(conversation)) return [user.id]
  return (conversation.derived.receipts ??= sharing(conversation, 'receipts'))
}

/** Who sees that a member types: the others, as long as both share it. */
export function typingAudience(
  conversation: ConversationRecord,
  { user, privacy }: MemberRecord,
): readonly number[] {
  if (!privacy.typing) return []
  const all = conversation.support
    ? sharing(conversation, 'typing')
    : (conversation.derived.typing ??= sharing(conversation, 'typing'))
  return all.filter((id) => id !== user.id)
}

/** The members who share something; where all do, the same array as for other frames. */
function sharing(conversation: ConversationRecord, what: 'receipts' | 'typing'): readonly number[] {
  const { members, support } = conversation
  const all = memberIds(conversation)
  const ids = all.filter((id) => (members.get(id) ?? support?.staff.find(id))?.privacy[what])
  return ids.length === all.length ? all : ids
}

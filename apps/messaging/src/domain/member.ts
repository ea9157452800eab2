import type { Card, MemberRole } from '@parley/protocol'
import type { ConversationRecord, MemberRecord } from './conversation.ts'
import type { Draft } from './draft.ts'
import { privacyIn } from './privacy.ts'

/** A person who joins: what was said before is neither shown to them nor unread. */
export function newMember(
  draft: Draft,
  user: Card,
  { role = 'member', conversation }: { role?: MemberRole; conversation?: ConversationRecord } = {},
): MemberRecord {
  const { last_seq: joined_seq = 0, text_count: read_texts = 0 } = conversation ?? {}
  return {
    ...blank,
    ...{ user, role, privacy: privacyIn(draft, user.id), joined_at: draft.now },
    ...{ joined_seq, read_seq: joined_seq, delivered_seq: joined_seq, read_texts },
  }
}

/** Of somebody to whom nothing has been said yet. */
const blank = {
  ...{ joined_seq: 0, read_seq: 0, delivered_seq: 0, read_texts: 0, unread_extra: 0, unread_from: 0 },
  ...{ muted_until: null, is_pinned: false, is_archived: false, draft: null },
}

/**
 * A person as one who may see the conversation: a member; or a staff member, of a support conversation, which holds
 * nothing of them before their watermark moves. Who was staff and is not any more is a stranger there.
 */
export function memberFor(
  conversation: ConversationRecord | undefined,
  userId: number,
): MemberRecord | undefined {
  const member = conversation?.members.get(userId)
  const support = conversation?.support
  if (!support || userId === support.person_id) return member
  const staff = support.staff.find(userId)
  if (!staff) return undefined
  const { card: user, privacy } = staff
  const joined_at = conversation.created_at
  return member ?? support.readers.get(userId) ?? { ...blank, user, privacy, role: 'member', joined_at }
}

/** Whether one of the two blocks the other: nothing new goes between them. */
export const isBlocked = ({ blockers }: ConversationRecord): boolean => blockers.size > 0

/** Whether a member may say something there. Nobody sends across a block; in a broadcast only who manages it does. */
export const maySend = (conversation: ConversationRecord, member: MemberRecord): boolean =>
  !isBlocked(conversation) && (conversation.kind !== 'broadcast' || isManager(member))

/** Whether a member may add, rename and remove. */
export const isManager = ({ role }: MemberRecord): boolean => role !== 'member'

/** Whether one member may remove another; leaving is for everyone but the owner. */
export function mayRemove(actor: MemberRecord, removed: MemberRecord): boolean {
  if (removed.role === 'owner') return false
  return actor === removed || actor.role === 'owner' || (actor.role === 'admin' && removed.role === 'member')
}

import type { Card, MemberRole } from '@parley/protocol'
import type { ConversationRecord, MemberRecord } from './conversation.ts'

/** A person who joins: what was said before is neither shown to them nor unread. */
export function newMember(
  user: Card,
  {
    now,
    role = 'member',
    conversation,
  }: { now: string; role?: MemberRole; conversation?: ConversationRecord },
): MemberRecord {
  const { last_seq: joined_seq = 0, text_count: read_texts = 0 } = conversation ?? {}
  return {
    user,
    role,
    joined_at: now,
    joined_seq,
    read_seq: joined_seq,
    delivered_seq: joined_seq,
    read_texts,
    unread_extra: 0,
  }
}

/** Whether a member may add, rename and remove. */
export const isManager = ({ role }: MemberRecord): boolean => role !== 'member'

/** Whether one member may remove another; leaving is for everyone but the owner. */
export function mayRemove(actor: MemberRecord, removed: MemberRecord): boolean {
  if (removed.role === 'owner') return false
  return actor === removed || actor.role === 'owner' || (actor.role === 'admin' && removed.role === 'member')
}

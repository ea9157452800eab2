// A support conversation is one person's. Every staff member may do in it what a member may: who writes becomes a
// member and is named, who has only read has a watermark there and nothing else.
import type { Card } from '@parley/protocol'
import { newConversation, type ConversationRecord, type MemberRecord } from './conversation.ts'
import { changeMembership, type Draft } from './draft.ts'
import { newMember } from './member.ts'
import type { StaffList } from './staff-list.ts'
import { tellMembers } from './tell-members.ts'

export interface NewSupport {
  person: Card
  title: string | null
  staff: StaffList
}

/** A person's support conversation; they and all staff are told. */
export function openSupport(
  draft: Draft,
  id: number,
  { person, title, staff }: NewSupport,
): ConversationRecord {
  const support = { person_id: person.id, staff, readers: new Map<number, MemberRecord>() }
  const conversation = newConversation({ id, kind: 'support', title, support, created_at: draft.now }, [
    newMember(draft, person),
  ])
  draft.opened.add(conversation)
  tellMembers(draft, conversation, 'conversation.create')
  return conversation
}

/** Makes a member of a staff member who is about to write; all see it named from here on. */
export function takePart(draft: Draft, conversation: ConversationRecord, member: MemberRecord): void {
  conversation.support?.readers.delete(member.user.id)
  member.joined_at = draft.now
  changeMembership(draft, conversation, { member })
  tellMembers(draft, conversation, 'conversation.member_joined')
}

/** Whether a person is there as staff, not as the one whom the conversation is about. */
export const isStaffOf = ({ support }: ConversationRecord, userId: number): boolean =>
  support?.staff.find(userId) !== undefined

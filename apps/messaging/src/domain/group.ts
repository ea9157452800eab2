import type { Card, MemberRole, SystemNote } from '@parley/protocol'
import { isLarge, newConversation, type ConversationRecord, type MemberRecord } from './conversation.ts'
import { changeMembership, detach, type Draft } from './draft.ts'
import { newMember } from './member.ts'
import { addNote } from './send.ts'
import { tellMember, tellMembers } from './tell-members.ts'
import { unwatchEveryone, unwatchMember } from './unwatch.ts'

export interface NewGroup {
  kind: 'group' | 'broadcast'
  title: string
  picture: string | null
  owner: Card
  others: readonly Card[]
  client_id: string
}

/** A group or broadcast and its first members, who are all told. */
export function createGroup(
  draft: Draft,
  id: number,
  { owner, others, client_id, ...given }: NewGroup,
): ConversationRecord {
  const members = [
    newMember(draft, owner, { role: 'owner' }),
    ...others.map((card) => newMember(draft, card)),
  ].toSorted(byId)
  const made = { by: owner.id, client_id }
  const conversation = newConversation({ id, ...given, made, created_at: draft.now }, members)
  draft.opened.add(conversation)
  tellMembers(draft, conversation, 'conversation.create')
  return conversation
}

/**
 * Adds people who are not in it yet, notes it, and tells: the new ones of the conversation, the others of them. In a large
 * conversation the note is all that the others get; as it becomes one, they are told once more.
 */
export function addMembers(
  draft: Draft,
  conversation: ConversationRecord,
  { by, cards }: { by: MemberRecord; cards: readonly Card[] },
): void {
  const joining = cards.filter(({ id }) => !conversation.members.has(id))
  if (joining.length === 0) return
  const before = isLarge(conversation) ? [] : [...conversation.members.values()]
  const joined = joining.map((card) => newMember(draft, card, { conversation })).toSorted(byId)
  // In a large conversation nobody sees another's presence.
  if (isLarge({ members: { size: before.length + joined.length } })) unwatchEveryone(draft, conversation)
  for (const member of joined) changeMembership(draft, conversation, { member })
  for (const member of joined) tellMember(draft, conversation, { member, event: 'conversation.create' })
  for (const member of before)
    tellMember(draft, conversation, { member, event: 'conversation.member_joined' })
  note(draft, conversation, { by, event: 'joined', about: joined })
}

/** Ends a membership; the frame that says so is the last that reaches the person, attached or not. */
export function removeMember(
  draft: Draft,
  conversation: ConversationRecord,
  { by, member }: { by: MemberRecord; member: MemberRecord },
): void {
  detach(draft, conversation, member)
  tellMember(draft, conversation, { member, event: 'conversation.member_left' })
  changeMembership(draft, conversation, { member, has_left: true })
  unwatchMember(draft, conversation, member.user.id)
  if (!isLarge(conversation)) tellMembers(draft, conversation, 'conversation.member_left')
  note(draft, conversation, { by, event: 'left', about: [member] })
}

/** Gives a member a role. A group has one owner: a new one takes the place of the old, who becomes an admin. */
export function setRole(
  draft: Draft,
  conversation: ConversationRecord,
  { owner, member, role }: { owner: MemberRecord; member: MemberRecord; role: MemberRole },
): void {
  if (member.role === role) return
  if (role === 'owner') {
    owner.role = 'admin'
    changeMembership(draft, conversation, { member: owner })
  }
  member.role = role
  changeMembership(draft, conversation, { member })
  if (!isLarge(conversation)) return tellMembers(draft, conversation, 'conversation.update')
  for (const told of new Set([owner, member]))
    tellMember(draft, conversation, { member: told, event: 'conversation.update' })
}

/** Gives a group another title or picture; what stays the same is not told. A new title is noted. */
export function describeGroup(
  draft: Draft,
  conversation: ConversationRecord,
  { by, title, picture }: { by: MemberRecord; title: string | null; picture: string | null },
): void {
  const isRenamed = conversation.title !== title
  if (!isRenamed && conversation.picture === picture) return
  conversation.title = title
  conversation.picture = picture
  draft.described.add(conversation)
  tellMembers(draft, conversation, 'conversation.update')
  if (isRenamed) note(draft, conversation, { by, event: 'renamed', about: [by] })
}

/** Nobody can send any more; what was said stays. */
export function closeForAll(draft: Draft, conversation: ConversationRecord): void {
  if (conversation.state === 'closed') return
  conversation.state = 'closed'
  conversation.updated_at = draft.now
  draft.described.add(conversation)
  tellMembers(draft, conversation, 'conversation.close')
  unwatchEveryone(draft, conversation)
}

/** Who joined in one moment, in the order in which the store gives them. */
const byId = (a: MemberRecord, b: MemberRecord): number => a.user.id - b.user.id

function note(
  draft: Draft,
  conversation: ConversationRecord,
  { by, event, about }: { by: MemberRecord; event: SystemNote['event']; about: readonly MemberRecord[] },
): void {
  addNote(conversation, draft, { by, system: { event, user_ids: about.map(({ user }) => user.id) } })
}

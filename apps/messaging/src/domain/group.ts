import { conversationUpdate, type Card, type MemberRole, type SystemNote } from '@parley/protocol'
import { conversationView, type ConversationRecord, type MemberRecord } from './conversation.ts'
import { changeMembership, tell, type Draft } from './draft.ts'
import { newMember } from './member.ts'
import { addNote } from './send.ts'

export interface NewGroup {
  title: string
  owner: Card
  others: readonly Card[]
  client_id: string
}

/** A group and its first members, who are all told. */
export function createGroup(
  draft: Draft,
  id: number,
  { title, owner, others, client_id }: NewGroup,
): ConversationRecord {
  const { now } = draft
  const members = [
    newMember(owner, { now, role: 'owner' }),
    ...others.map((card) => newMember(card, { now })),
  ]
  const conversation: ConversationRecord = {
    id,
    kind: 'group',
    state: 'open',
    title,
    pair: null,
    match: null,
    made: { by: owner.id, client_id },
    last_seq: 0,
    last_rev: 0,
    text_count: 0,
    last_message: null,
    last_text: null,
    created_at: now,
    updated_at: now,
    blockers: new Set(),
    members: new Map(members.map((member) => [member.user.id, member])),
  }
  draft.opened.add(conversation)
  tellMembers(draft, conversation, 'conversation.create')
  return conversation
}

/** Adds people who are not in it yet, notes it, and tells: the new ones of the conversation, the others of them. */
export function addMembers(
  draft: Draft,
  conversation: ConversationRecord,
  { by, cards }: { by: MemberRecord; cards: readonly Card[] },
): void {
  const joining = cards.filter(({ id }) => !conversation.members.has(id))
  if (joining.length === 0) return
  const before = [...conversation.members.values()]
  const joined = joining.map((card) => newMember(card, { now: draft.now, conversation }))
  for (const member of joined) changeMembership(draft, conversation, { member })
  for (const member of joined) tellMember(draft, conversation, { member, event: 'conversation.create' })
  for (const member of before)
    tellMember(draft, conversation, { member, event: 'conversation.member_joined' })
  note(draft, conversation, { by, event: 'joined', about: joined })
}

/** Ends a membership; the frame that says so is the last that reaches the person. */
export function removeMember(
  draft: Draft,
  conversation: ConversationRecord,
  { by, member }: { by: MemberRecord; member: MemberRecord },
): void {
  tellMember(draft, conversation, { member, event: 'conversation.member_left' })
  changeMembership(draft, conversation, { member, has_left: true })
  tellMembers(draft, conversation, 'conversation.member_left')
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
  tellMembers(draft, conversation, 'conversation.update')
}

export function rename(
  draft: Draft,
  conversation: ConversationRecord,
  { by, title }: { by: MemberRecord; title: string },
): void {
  if (conversation.title === title) return
  conversation.title = title
  draft.described.add(conversation)
  tellMembers(draft, conversation, 'conversation.update')
  note(draft, conversation, { by, event: 'renamed', about: [by] })
}

/** Nobody can send any more; what was said stays. */
export function closeGroup(draft: Draft, conversation: ConversationRecord): void {
  if (conversation.state === 'closed') return
  conversation.state = 'closed'
  conversation.updated_at = draft.now
  draft.described.add(conversation)
  tellMembers(draft, conversation, 'conversation.close')
}

type Told = 'create' | 'update' | 'member_joined' | 'member_left' | 'close'

function tellMembers(draft: Draft, conversation: ConversationRecord, event: `conversation.${Told}`): void {
  for (const member of conversation.members.values()) tellMember(draft, conversation, { member, event })
}

function tellMember(
  draft: Draft,
  conversation: ConversationRecord,
  { member, event }: { member: MemberRecord; event: `conversation.${Told}` },
): void {
  const payload = { event, conversation: conversationView(conversation, member) }
  tell(draft, [member.user.id], { push: conversationUpdate, payload })
}

function note(
  draft: Draft,
  conversation: ConversationRecord,
  { by, event, about }: { by: MemberRecord; event: SystemNote['event']; about: readonly MemberRecord[] },
): void {
  addNote(conversation, draft, { by, system: { event, user_ids: about.map(({ user }) => user.id) } })
}

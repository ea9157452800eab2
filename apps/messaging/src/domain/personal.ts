// What a conversation is to one member: their other devices learn of a change, nobody else does.
import type { ConversationRecord, MemberRecord, PersonalState } from './conversation.ts'
import { noteOwn, type Draft } from './draft.ts'
import { tellMember } from './tell-members.ts'

/** Notes a change that is one member's alone, and tells that person's devices. */
export function changeOwn(draft: Draft, conversation: ConversationRecord, member: MemberRecord): void {
  noteOwn(draft, conversation, member)
  tellMember(draft, conversation, { member, event: 'conversation.update' })
}

export type PersonalChange = {
  [K in Exclude<keyof PersonalState, 'draft'>]?: NonNullable<PersonalState[K]> | undefined
}

/** Mutes, pins or archives for one member. What stays the same is not told. */
export function setPersonal(
  draft: Draft,
  conversation: ConversationRecord,
  { member, change }: { member: MemberRecord; change: PersonalChange },
): void {
  const { is_pinned = member.is_pinned, is_archived = member.is_archived } = change
  const muted_until =
    change.muted_until === undefined ? member.muted_until : after(draft.now, change.muted_until)
  const isSame =
    is_pinned === member.is_pinned && is_archived === member.is_archived && muted_until === member.muted_until
  if (isSame) return
  Object.assign(member, { is_pinned, is_archived, muted_until })
  changeOwn(draft, conversation, member)
}

const after = (now: string, time: string): string | null => (time > now ? time : null)

/** Keeps what a member has begun to write; an empty text clears it. */
export function setDraft(
  draft: Draft,
  conversation: ConversationRecord,
  { member, content }: { member: MemberRecord; content: string },
): void {
  if (content === (member.draft?.content ?? '')) return
  member.draft = content === '' ? null : { content, updated_at: draft.now }
  changeOwn(draft, conversation, member)
}

/** Where a private mark begins and how many of others' messages it makes unread; two zeros for none. */
export type UnreadMark = Pick<MemberRecord, 'unread_from' | 'unread_extra'>

export function setMark(
  draft: Draft,
  conversation: ConversationRecord,
  { member, mark }: { member: MemberRecord; mark: UnreadMark },
): void {
  if (member.unread_from === mark.unread_from && member.unread_extra === mark.unread_extra) return
  Object.assign(member, mark)
  changeOwn(draft, conversation, member)
}

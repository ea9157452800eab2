import {
  limits,
  type Card,
  type Conversation,
  type ConversationKind,
  type DraftText,
  type Match,
  type MemberRole,
  type Message,
  type Privacy,
} from '@parley/protocol'
import type { Audience } from './outgoing.ts'
import type { StaffList } from './staff-list.ts'

/** What a conversation is to one member, and to nobody else. */
export interface PersonalState {
  muted_until: string | null
  is_pinned: boolean
  is_archived: boolean
  draft: DraftText | null
}

export interface MemberRecord extends PersonalState {
  user: Card
  role: MemberRole
  /** What the person shares. */
  privacy: Privacy
  joined_at: string
  /** What the member may see stands above it. */
  joined_seq: number
  read_seq: number
  delivered_seq: number
  /** How many messages that people wrote stand at or below `read_seq`. */
  read_texts: number
  /** Others' messages at or below `read_seq` that the member has marked as unread again. */
  unread_extra: number
  /** Where that mark begins, as a `seq`; 0 without one. */
  unread_from: number
}

/** A message that is pinned in its conversation. */
export interface Pin {
  id: number
  seq: number
}

export interface MatchRecord {
  id: number
  generation: number
  created_at: string
}

/** What a support conversation has besides. */
export interface SupportPart {
  /** Whose it is. */
  person_id: number
  /** Who is staff by now. */
  staff: StaffList
  /** The watermarks of staff who have read and not written. */
  readers: Map<number, MemberRecord>
}

/** What follows from the members and is kept until they change, so that no message is made to walk them. */
export interface Derived {
  memberIds?: readonly number[]
  /** Of a support conversation: with whom `memberIds` was made. */
  staffIds?: readonly number[]
  everyone?: Audience
  /** Who sees receipts, and who sees typing. */
  receipts?: readonly number[]
  typing?: readonly number[]
  idByUsername?: ReadonlyMap<string, number>
}

/** A conversation as its lane's owner holds it: exact, because nobody else writes it. */
export interface ConversationRecord {
  id: number
  kind: ConversationKind
  state: 'open' | 'closed'
  title: string | null
  picture: string | null
  /** Of a direct conversation, in ascending order. */
  pair: readonly [number, number] | null
  match: MatchRecord | null
  /** Who made a group, under which client id. */
  made: { by: number; client_id: string } | null
  last_seq: number
  last_rev: number
  /** How many messages people wrote. */
  text_count: number
  last_message: Message | null
  /** Who has deleted the newest message for themselves. */
  last_hidden_by: Set<number>
  /** The newest message that a person wrote. */
  last_text: { id: number; seq: number; sender_id: number } | null
  /** The newest pin first. */
  pins: readonly Pin[]
  created_at: string
  updated_at: string
  /** In the order they joined. */
  members: Map<number, MemberRecord>
  derived: Derived
  support: SupportPart | null
  /** Of a direct conversation: who of the two blocks the other. */
  blockers: Set<number>
}

/** A conversation in which nothing has been said yet. */
export function newConversation(
  given: Pick<ConversationRecord, 'id' | 'kind' | 'created_at'> & Partial<ConversationRecord>,
  members: readonly MemberRecord[],
): ConversationRecord {
  return {
    state: 'open',
    title: null,
    picture: null,
    pair: null,
    match: null,
    made: null,
    last_seq: 0,
    last_rev: 0,
    text_count: 0,
    last_message: null,
    last_hidden_by: new Set(),
    last_text: null,
    pins: [],
    updated_at: given.created_at,
    support: null,
    blockers: new Set(),
    derived: {},
    ...given,
    members: new Map(members.map((member) => [member.user.id, member])),
  }
}

/** Whether frames go to those who attach, instead of to each member. */
export const isLarge = ({ members }: { members: { size: number } }): boolean =>
  members.size > limits.small_conversation

/** The conversation as one member sees it. */
export function conversationView(conversation: ConversationRecord, viewer: MemberRecord): Conversation {
  const { id, kind, title, picture, last_message, last_seq, created_at, updated_at, state } = conversation
  return {
    id,
    kind,
    title,
    picture,
    participants: shownParticipants(conversation),
    member_count: conversation.members.size,
    last_message: isLastShown(conversation, viewer) ? last_message : null,
    last_seq,
    unread_count: unreadCount(conversation, viewer),
    read_seq: viewer.read_seq,
    ...personalView(viewer),
    pinned_message_ids: visiblePins(conversation, viewer),
    created_at,
    updated_at,
    state,
  }
}

/** Whether the newest message is one that the member sees. */
const isLastShown = (
  { last_message, last_hidden_by }: ConversationRecord,
  { joined_seq, user }: MemberRecord,
): boolean => last_message !== null && last_message.seq > joined_seq && !last_hidden_by.has(user.id)

export const personalView = ({
  muted_until,
  is_pinned,
  is_archived,
  draft,
}: PersonalState): PersonalState => ({
  muted_until,
  is_pinned,
  is_archived,
  draft,
})

/** Who joined later sees no pin of what was said before. */
export const visiblePins = (
  { pins }: Pick<ConversationRecord, 'pins'>,
  { joined_seq }: Pick<MemberRecord, 'joined_seq'>,
): number[] => pins.filter(({ seq }) => seq > joined_seq).map(({ id }) => id)

function shownParticipants(conversation: ConversationRecord): Card[] {
  const most = isLarge(conversation) ? limits.shown_participants : limits.small_conversation
  const cards: Card[] = []
  for (const { user } of conversation.members.values()) if (cards.push(user) === most) break
  return cards
}

/** Others' messages above the watermark, and those marked as unread. One's own are never above it: sending moves it. */
export const unreadCount = (
  { text_count }: Pick<ConversationRecord, 'text_count'>,
  { read_texts, unread_extra }: Pick<MemberRecord, 'read_texts' | 'unread_extra'>,
): number => text_count - read_texts + unread_extra

/** The match as one of the two sees it; null without a match or for a stranger to it. */
export function matchView(conversation: ConversationRecord, viewerId: number): Match | null {
  const other = [...conversation.members.values()].find(({ user }) => user.id !== viewerId)
  if (!conversation.match || !other) return null
  const { id, created_at } = conversation.match
  return { id, user: other.user, conversation_id: conversation.id, created_at }
}

/** The same for both orders of two people. */
export const pairKey = (a: number, b: number): string => (a < b ? `${a}:${b}` : `${b}:${a}`)

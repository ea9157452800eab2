import type { Card, Conversation, Match, MemberRole, Message } from '@parley/protocol'

export interface MemberRecord {
  user: Card
  role: MemberRole
  joined_at: string
  /** What the member may see stands above it. */
  joined_seq: number
  read_seq: number
  delivered_seq: number
  /** How many messages that people wrote stand at or below `read_seq`. */
  read_texts: number
  /** Others' messages at or below `read_seq` that the member has marked as unread again. */
  unread_extra: number
}

export interface MatchRecord {
  id: number
  generation: number
  created_at: string
}

/** A conversation as its lane's owner holds it: exact, because nobody else writes it. */
export interface ConversationRecord {
  id: number
  kind: 'direct' | 'group' | 'support'
  state: 'open' | 'closed'
  title: string | null
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
  /** The newest message that a person wrote. */
  last_text: { id: number; seq: number; sender_id: number } | null
  created_at: string
  updated_at: string
  members: Map<number, MemberRecord>
  /** Of a direct conversation: who of the two blocks the other. */
  blockers: Set<number>
}

/** The conversation as one member sees it. */
export function conversationView(conversation: ConversationRecord, viewer: MemberRecord): Conversation {
  const { id, kind, title, last_message, last_seq, created_at, updated_at, state } = conversation
  return {
    id,
    kind,
    title,
    participants: [...conversation.members.values()].map(({ user }) => user),
    last_message: last_message && last_message.seq > viewer.joined_seq ? last_message : null,
    last_seq,
    unread_count: unreadCount(conversation, viewer),
    read_seq: viewer.read_seq,
    muted_until: null,
    created_at,
    updated_at,
    state,
  }
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

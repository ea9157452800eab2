import type { Card, Conversation, Match, Message } from '@parley/protocol'

export interface MemberRecord {
  user: Card
  role: 'owner' | 'admin' | 'member'
  joined_at: string
  read_seq: number
  delivered_seq: number
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
  last_seq: number
  last_rev: number
  last_message: Message | null
  created_at: string
  updated_at: string
  members: Map<number, MemberRecord>
}

/** The conversation as one member sees it. */
export function conversationView(conversation: ConversationRecord, viewer: MemberRecord): Conversation {
  const { id, kind, title, last_message, last_seq, created_at, updated_at, state } = conversation
  return {
    id,
    kind,
    title,
    participants: [...conversation.members.values()].map(({ user }) => user),
    last_message,
    last_seq,
    unread_count: unreadCount(last_seq, viewer.read_seq),
    read_seq: viewer.read_seq,
    muted_until: null,
    created_at,
    updated_at,
    state,
  }
}

/** Messages of others above the watermark. One's own never are: sending moves one's watermark to the message. */
export const unreadCount = (lastSeq: number, readSeq: number): number => lastSeq - readSeq

/** The match as one of the two sees it; null without a match or for a stranger to it. */
export function matchView(conversation: ConversationRecord, viewerId: number): Match | null {
  const other = [...conversation.members.values()].find(({ user }) => user.id !== viewerId)
  if (!conversation.match || !other) return null
  const { id, created_at } = conversation.match
  return { id, user: other.user, conversation_id: conversation.id, created_at }
}

import {
  chatMessage,
  encodeFrame,
  type Card,
  type Conversation,
  type Member,
  type Message,
} from '@parley/protocol'
import { unreadCount, type MemberRecord } from './domain/conversation.ts'
import type { MemberRow, Membership } from './store/conversations.ts'
import { senderCard, type MessageRow } from './store/messages.ts'

const cardOf = ({ id, username, first_name, last_name, profile_picture }: Card): Card => ({
  id,
  username,
  first_name,
  last_name,
  profile_picture,
})

export function messageView(row: MessageRow): Message {
  return {
    id: row.id,
    conversation_id: row.conversation_id,
    seq: row.seq,
    rev: row.rev,
    client_id: row.client_id,
    kind: row.kind,
    content: row.content,
    sender: senderCard(row),
    parent_message_id: row.parent_id,
    attachments: row.attachments ?? [],
    reactions: row.reactions ?? {},
    reply_count: row.reply_count,
    mentions: row.mentions ?? [],
    quote: row.quote,
    forwarded_from: row.forwarded_from,
    system: row.system,
    created_at: row.created_at.toISOString(),
    is_edited: row.edited_at !== null,
    edited_at: row.edited_at?.toISOString() ?? null,
    is_deleted: row.deleted_at !== null,
  }
}

export const memberRecord = (row: MemberRow): MemberRecord => ({
  user: cardOf(row),
  role: row.role,
  joined_at: row.joined_at.toISOString(),
  read_seq: row.read_seq,
  delivered_seq: row.delivered_seq,
  joined_seq: row.joined_seq,
  read_texts: row.read_texts,
  unread_extra: row.unread_extra,
})

export const memberOf = ({ user, role, joined_at, read_seq, delivered_seq }: MemberRecord): Member => ({
  user,
  role,
  joined_at,
  read_seq,
  delivered_seq,
})

export const memberView = (row: MemberRow): Member => memberOf(memberRecord(row))

export function membershipView(
  membership: Membership,
  parts: { members: readonly MemberRow[]; last: MessageRow | undefined },
): Conversation {
  const { conversation, read_seq } = membership
  return {
    id: conversation.id,
    kind: conversation.kind,
    title: conversation.title,
    participants: parts.members.map(cardOf),
    last_message: parts.last && parts.last.seq > membership.joined_seq ? messageView(parts.last) : null,
    last_seq: conversation.last_seq,
    unread_count: unreadCount(conversation, membership),
    read_seq,
    muted_until: null,
    created_at: conversation.created_at.toISOString(),
    updated_at: conversation.updated_at.toISOString(),
    state: conversation.state,
  }
}

/** A message's present state, as a frame. */
export function messageFrame(message: Message): string {
  const { conversation_id, seq, rev } = message
  return encodeFrame(chatMessage, { conversation_id, seq, rev, message })
}

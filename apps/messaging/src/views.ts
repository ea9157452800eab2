import {
  chatMessage,
  encodeFrame,
  type Card,
  type Conversation,
  type Member,
  type Message,
  type Notification,
  type Payload,
  type notify,
  type Privacy,
} from '@parley/protocol'
import {
  personalView,
  unreadCount,
  visiblePins,
  type MemberRecord,
  type PersonalState,
} from './domain/conversation.ts'
import type { MadeNotification } from './domain/notice.ts'
import { seesReceipts, sharesAll } from './domain/privacy.ts'
import type { MemberRow, Membership, Own } from './store/conversations.ts'
import { senderCard, type MessageRow } from './store/messages.ts'
import type { NotificationRow } from './store/notifications.ts'

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
  privacy: privacyOf(row),
  joined_at: row.joined_at.toISOString(),
  read_seq: row.read_seq,
  delivered_seq: row.delivered_seq,
  joined_seq: row.joined_seq,
  read_texts: row.read_texts,
  unread_extra: row.unread_extra,
  unread_from: row.unread_from,
  ...personalState(row),
})

const personalState = (row: Pick<Own, keyof PersonalState>): PersonalState =>
  personalView({ ...row, muted_until: row.muted_until?.toISOString() ?? null })

/** Nothing is stored of those who have never used a switch. */
function privacyOf({ receipts, typing, presence }: MemberRow): Privacy {
  if (receipts === null || typing === null || presence === null) return sharesAll
  return receipts && typing && presence ? sharesAll : { receipts, typing, presence }
}

/** A member as another one sees them. */
export function memberView(member: MemberRecord, viewer: Parameters<typeof seesReceipts>[0]): Member {
  const { user, role, joined_at } = member
  const { read_seq, delivered_seq } = seesReceipts(viewer, member) ? member : noReceipts
  return { user, role, joined_at, read_seq, delivered_seq }
}

const noReceipts = { read_seq: 0, delivered_seq: 0 }

export function membershipView(
  membership: Membership,
  parts: { participants: readonly Card[]; last: MessageRow | undefined },
): Conversation {
  const { conversation, read_seq } = membership
  return {
    id: conversation.id,
    kind: conversation.kind,
    title: conversation.title,
    picture: conversation.picture,
    participants: parts.participants.map(cardOf),
    member_count: conversation.member_count,
    last_message: parts.last && parts.last.seq > membership.joined_seq ? messageView(parts.last) : null,
    last_seq: conversation.last_seq,
    unread_count: unreadCount(conversation, membership),
    read_seq,
    ...personalState(membership),
    pinned_message_ids: visiblePins(conversation, membership),
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

/** What the frame carries. */
export function notificationContent(
  notification: MadeNotification | NotificationRow,
): Payload<typeof notify> {
  const { id, title, message, notification_type, data, created_at } = notification
  return { id, title, message, notification_type, ...(data && { data }), timestamp: toTimestamp(created_at) }
}

export const notificationView = (row: NotificationRow): Notification => ({
  ...notificationContent(row),
  read_at: row.read_at?.toISOString() ?? null,
})

const toTimestamp = (at: Date | string): string => (typeof at === 'string' ? at : at.toISOString())

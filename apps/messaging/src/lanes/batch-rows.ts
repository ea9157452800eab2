import { shardOf, type Message } from '@parley/protocol'
import { personalView, type ConversationRecord, type MemberRecord } from '../domain/conversation.ts'
import type { Draft, Watermark } from '../domain/draft.ts'
import type { BatchRows, MessageChange, MessageExtra } from '../store/batch.ts'
import type { SupportRow } from '../store/support.ts'
import { encodeOutgoing } from './outbox-lines.ts'
import type { NotificationInsert } from '../store/notifications.ts'
import type { ConversationInsert, Description, MemberInsert } from '../store/opened.ts'
import type { OwnRow } from '../store/personal.ts'

/** The statement's rows of a draft. */
export function batchRows(
  draft: Draft,
): Pick<
  BatchRows,
  'messages' | 'changes' | 'edits' | 'counters' | 'has_support' | 'watermarks' | 'payload' | 'now'
> {
  return {
    now: draft.now,
    messages: draft.messages.map(({ message, text_no }) => messageRow(message, text_no)),
    changes: [...draft.changes.values()].map((message) => changeOf(message, draft.now)),
    edits: draft.edits,
    counters: [...draft.moved],
    has_support: hasSupport(draft.moved),
    watermarks: [...draft.watermarks.values()].map(watermarkRow),
    payload: encodeOutgoing(draft.outgoing.filter(({ kind }) => kind !== 'e')),
  }
}

function watermarkRow(watermark: Watermark): BatchRows['watermarks'][number] {
  const { conversation_id, member, read_moved, delivered_moved } = watermark
  return {
    conversation_id,
    user_id: member.user.id,
    read_seq: member.read_seq,
    delivered_seq: member.delivered_seq,
    read_texts: member.read_texts,
    unread_extra: member.unread_extra,
    read_moved,
    delivered_moved,
  }
}

function messageRow(message: Message, text_no: number): BatchRows['messages'][number] {
  const { conversation_id, seq, id, rev, sender, client_id, content } = message
  const extra = extraOf(message)
  return { conversation_id, seq, id, rev, sender_id: sender.id, client_id, content, text_no, extra }
}

/** What a message has beyond its text; null for a plain one, which is most. */
function extraOf(message: Message): MessageExtra | null {
  const { kind, parent_message_id, attachments, mentions, quote, system, forwarded_from } = message
  const isPlain =
    kind === 'text' &&
    parent_message_id === null &&
    attachments.length === 0 &&
    mentions.length === 0 &&
    quote === null &&
    forwarded_from === null
  return isPlain ? null : { kind, parent_id: parent_message_id, ...partsOf(message), system, forwarded_from }
}

const partsOf = ({ attachments, mentions, quote }: Message) => ({
  attachments: attachments.length > 0 ? attachments : null,
  mentions: mentions.length > 0 ? mentions : null,
  quote,
})

function changeOf(message: Message, now: string): MessageChange {
  const { id, rev, content, edited_at, is_deleted, reply_count, reactions } = message
  return {
    id,
    rev,
    content,
    edited_at,
    deleted_at: is_deleted ? now : null,
    reply_count,
    reactions: Object.keys(reactions).length > 0 ? reactions : null,
    ...partsOf(message),
  }
}

export const conversationInserts = (draft: Draft, pos: number): ConversationInsert[] =>
  [...draft.opened].map((conversation) => ({
    id: conversation.id,
    kind: conversation.kind,
    state: conversation.state,
    title: conversation.title,
    picture: conversation.picture,
    member_count: conversation.members.size,
    low_user_id: conversation.pair?.[0] ?? null,
    high_user_id: conversation.pair?.[1] ?? null,
    created_by: conversation.made?.by ?? conversation.support?.person_id ?? null,
    client_id: conversation.made?.client_id ?? null,
    ...matchColumns(conversation),
    match_pos: conversation.match ? pos : 0,
    pos,
    meta_pos: pos,
    opened_pos: pos,
    created_at: conversation.created_at,
    updated_at: conversation.updated_at,
  }))

function hasSupport(conversations: Iterable<ConversationRecord>): boolean {
  for (const { support } of conversations) if (support) return true
  return false
}

/** The support conversations that opened or changed outside their messages: one is closed before the next is opened. */
export const supportRows = (draft: Draft, pos: number): SupportRow[] =>
  [...new Set([...draft.described, ...draft.opened])].flatMap(({ id, support, state, updated_at }) =>
    support
      ? {
          ...{ conversation_id: id, shard: shardOf(id), user_id: support.person_id },
          ...{ is_open: state === 'open', updated_at, pos },
        }
      : [],
  )

export const memberInserts = (draft: Draft): MemberInsert[] =>
  [...draft.opened].flatMap((conversation) =>
    [...conversation.members.values()].map((member) => memberRow(conversation.id, member, null)),
  )

/** Of conversations that were there before. */
export const membershipChanges = (draft: Draft, pos: number): MemberInsert[] =>
  [...draft.memberships.values()].map(({ conversation_id, member, has_left, is_reader }) =>
    memberRow(conversation_id, member, is_reader ? 0 : has_left ? pos : null),
  )

export const ownRows = (draft: Draft, pos: number): OwnRow[] =>
  [...draft.own.values()].map(({ conversation, member }) => ({
    conversation_id: conversation.id,
    user_id: member.user.id,
    ...personalView(member),
    read_texts: member.read_texts,
    unread_extra: member.unread_extra,
    unread_from: member.unread_from,
    own_pos: pos,
  }))

function memberRow(conversation_id: number, member: MemberRecord, left_pos: number | null): MemberInsert {
  const { user, privacy: _, ...columns } = member
  return { ...columns, conversation_id, user_id: user.id, left_pos }
}

export const descriptions = (draft: Draft, pos: number): Description[] =>
  [...draft.described]
    .filter((conversation) => !draft.opened.has(conversation))
    .map((conversation) => ({
      id: conversation.id,
      state: conversation.state,
      title: conversation.title,
      picture: conversation.picture,
      member_count: conversation.members.size,
      ...matchColumns(conversation),
      pins: JSON.stringify(conversation.pins),
      updated_at: conversation.updated_at,
      pos,
      matched: draft.matched.has(conversation),
    }))

const matchColumns = ({ match }: ConversationRecord) => ({
  match_id: match?.id ?? null,
  match_generation: match?.generation ?? null,
  match_created_at: match?.created_at ?? null,
})

export const notificationInserts = (draft: Draft, pos: number): NotificationInsert[] =>
  draft.notifications.map((made) => ({
    id: made.id,
    user_id: made.user_id,
    notification_type: made.notification_type,
    title: made.title,
    message: made.message,
    data: made.data ?? null,
    message_id: made.message_id ?? null,
    job_id: made.job_id ?? null,
    is_silent: made.is_silent,
    pos,
    created_at: made.created_at,
  }))

/** The conversations that a failed batch has left wrong in memory. */
export const touched = ({ moved, opened, described, own }: Draft): Set<ConversationRecord> =>
  new Set([...moved, ...opened, ...described, ...[...own.values()].map(({ conversation }) => conversation)])

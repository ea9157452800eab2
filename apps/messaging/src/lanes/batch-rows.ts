import type { Message } from '@parley/protocol'
import type { ConversationRecord, MemberRecord } from '../domain/conversation.ts'
import type { Draft, Outgoing } from '../domain/draft.ts'
import type { BatchRows, MessageChange, MessageExtra } from '../store/batch.ts'
import type { ConversationInsert, Description, MemberInsert } from '../store/opened.ts'

/** The statement's rows of a draft. */
export function batchRows(
  draft: Draft,
): Pick<BatchRows, 'messages' | 'changes' | 'edits' | 'counters' | 'watermarks' | 'payload' | 'now'> {
  return {
    now: draft.now,
    messages: draft.messages.map(({ message, text_no }) => ({
      ...message,
      sender_id: message.sender.id,
      text_no,
      extra: extraOf(message),
    })),
    changes: [...draft.changes.values()].map((message) => changeOf(message, draft.now)),
    edits: draft.edits,
    counters: [...draft.moved],
    watermarks: [...draft.watermarks.values()].map(({ member, ...moved }) => ({
      ...moved,
      user_id: member.user.id,
      read_seq: member.read_seq,
      delivered_seq: member.delivered_seq,
      read_texts: member.read_texts,
      unread_extra: member.unread_extra,
    })),
    payload: encodeOutgoing(draft.outgoing.filter(({ kind }) => kind === 'd')),
  }
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
    low_user_id: conversation.pair?.[0] ?? null,
    high_user_id: conversation.pair?.[1] ?? null,
    created_by: conversation.made?.by ?? null,
    client_id: conversation.made?.client_id ?? null,
    ...matchColumns(conversation),
    match_pos: conversation.match ? pos : 0,
    pos,
    meta_pos: pos,
    opened_pos: pos,
    created_at: conversation.created_at,
    updated_at: conversation.updated_at,
  }))

export const memberInserts = (draft: Draft): MemberInsert[] =>
  [...draft.opened].flatMap((conversation) =>
    [...conversation.members.values()].map((member) => memberRow(conversation.id, member, null)),
  )

/** Of conversations that were there before. */
export const membershipChanges = (draft: Draft, pos: number): MemberInsert[] =>
  [...draft.memberships.values()].map(({ conversation_id, member, has_left }) =>
    memberRow(conversation_id, member, has_left ? pos : null),
  )

function memberRow(conversation_id: number, member: MemberRecord, left_pos: number | null): MemberInsert {
  const { user, ...columns } = member
  return { ...columns, conversation_id, user_id: user.id, left_pos }
}

export const descriptions = (draft: Draft, pos: number): Description[] =>
  [...draft.described]
    .filter((conversation) => !draft.opened.has(conversation))
    .map((conversation) => ({
      id: conversation.id,
      state: conversation.state,
      title: conversation.title,
      ...matchColumns(conversation),
      updated_at: conversation.updated_at,
      pos,
      matched: draft.matched.has(conversation),
    }))

const matchColumns = ({ match }: ConversationRecord) => ({
  match_id: match?.id ?? null,
  match_generation: match?.generation ?? null,
  match_created_at: match?.created_at ?? null,
})

// An outbox row holds, for each frame, a line of user ids and a line of JSON.

const encodeOutgoing = (outgoing: readonly Outgoing[]): string =>
  outgoing.map(({ to, frame }) => `${to.join(',')}\n${frame}`).join('\n')

export function decodeOutgoing(payload: string): Outgoing[] {
  if (payload === '') return []
  const lines = payload.split('\n')
  return Array.from({ length: lines.length / 2 }, (_, i) => ({
    to: (lines[2 * i] as string).split(',').map(Number),
    kind: 'd',
    frame: lines[2 * i + 1] as string,
  }))
}

/** The conversations that a failed batch has left wrong in memory. */
export const touched = ({ moved, opened, described }: Draft): Set<ConversationRecord> =>
  new Set([...moved, ...opened, ...described])

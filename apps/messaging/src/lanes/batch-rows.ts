import type { ConversationRecord } from '../domain/conversation.ts'
import type { Draft, Outgoing } from '../domain/draft.ts'
import type { BatchRows } from '../store/batch.ts'
import type { ConversationInsert, Description, MemberInsert } from '../store/opened.ts'

/** The statement's rows of a draft. */
export function batchRows(
  draft: Draft,
): Pick<BatchRows, 'messages' | 'counters' | 'watermarks' | 'payload' | 'now'> {
  return {
    now: draft.now,
    messages: draft.messages.map(({ sender, ...message }) => ({ ...message, sender_id: sender.id })),
    counters: [...draft.moved],
    watermarks: [...draft.watermarks.values()].map(({ member, ...moved }) => ({
      ...moved,
      user_id: member.user.id,
      read_seq: member.read_seq,
      delivered_seq: member.delivered_seq,
    })),
    payload: encodeOutgoing(draft.outgoing.filter(({ kind }) => kind === 'd')),
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
    [...conversation.members.values()].map(({ user, role, joined_at }) => ({
      conversation_id: conversation.id,
      user_id: user.id,
      role,
      joined_at,
    })),
  )

export const descriptions = (draft: Draft, pos: number): Description[] =>
  [...draft.described]
    .filter((conversation) => !draft.opened.has(conversation))
    .map((conversation) => ({
      id: conversation.id,
      state: conversation.state,
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

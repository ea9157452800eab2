import { encodeFrame, type Message, type Payload, type Push } from '@parley/protocol'
import type { ConversationRecord, MemberRecord } from './conversation.ts'

/** One frame and the people whose sockets get it. */
export interface Outgoing {
  to: readonly number[]
  kind: 'd' | 'e'
  frame: string
}

export interface Watermark {
  conversation_id: number
  member: MemberRecord
  read_moved: boolean
  delivered_moved: boolean
}

/** What one batch will write and tell. The records it came from are already changed: a batch that fails drops them. */
export interface Draft {
  now: string
  /** Upper part of the next message id. */
  nextId: number
  messages: Message[]
  /** Conversations whose counters, activity or receipts moved. */
  moved: Set<ConversationRecord>
  opened: Set<ConversationRecord>
  /** Conversations that changed outside their messages. */
  described: Set<ConversationRecord>
  matched: Set<ConversationRecord>
  watermarks: Map<string, Watermark>
  outgoing: Outgoing[]
  /** The members of a conversation, as one array for all frames of the batch. */
  audiences: Map<ConversationRecord, readonly number[]>
}

export function newDraft(now: string, nextId: number): Draft {
  return {
    now,
    nextId,
    messages: [],
    moved: new Set(),
    opened: new Set(),
    described: new Set(),
    matched: new Set(),
    watermarks: new Map(),
    outgoing: [],
    audiences: new Map(),
  }
}

/** All members: the same array each time, so that frames to the same people can travel together. */
export function everyone(draft: Draft, conversation: ConversationRecord): readonly number[] {
  const known = draft.audiences.get(conversation)
  if (known) return known
  const ids = [...conversation.members.keys()]
  draft.audiences.set(conversation, ids)
  return ids
}

export function tell<P extends Push>(
  draft: Draft,
  to: readonly number[],
  told: { push: P; payload: Payload<P> },
): void {
  if (to.length === 0) return
  const kind = told.push.class === 'durable' ? 'd' : 'e'
  draft.outgoing.push({ to, kind, frame: encodeFrame(told.push, told.payload) })
}

/** Moves a member's watermarks forward, never back; says whether each moved. */
export function moveWatermark(
  draft: Draft,
  conversation: ConversationRecord,
  moved: { member: MemberRecord; read?: number; delivered?: number },
): { read: boolean; delivered: boolean } {
  const { member, read = 0, delivered = 0 } = moved
  const isRead = read > member.read_seq
  const isDelivered = Math.max(read, delivered) > member.delivered_seq
  if (!isRead && !isDelivered) return { read: false, delivered: false }
  if (isRead) member.read_seq = read
  if (isDelivered) member.delivered_seq = Math.max(read, delivered)

  const key = `${conversation.id}:${member.user.id}`
  const before = draft.watermarks.get(key)
  draft.watermarks.set(key, {
    conversation_id: conversation.id,
    member,
    read_moved: isRead || before?.read_moved === true,
    delivered_moved: isDelivered || before?.delivered_moved === true,
  })
  draft.moved.add(conversation)
  return { read: isRead, delivered: isDelivered }
}

/** Whether the batch has anything to commit. */
export const isEmpty = ({ moved, opened, described }: Draft): boolean =>
  moved.size === 0 && opened.size === 0 && described.size === 0

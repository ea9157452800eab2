import { encodeFrame, type Message, type Payload, type Push } from '@parley/protocol'
import { pairKey, type ConversationRecord, type MemberRecord } from './conversation.ts'

/** One frame and the people whose sockets get it. */
export interface Outgoing {
  to: readonly number[]
  kind: 'd' | 'e'
  frame: string
}

/** A membership that began, changed or ended. */
export interface MembershipChange {
  conversation_id: number
  member: MemberRecord
  has_left: boolean
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
  messages: { message: Message; text_no: number }[]
  /** Messages that operations asked for, as they are by now. */
  known: Map<number, Message>
  /** Stored messages that changed, as they are by now. */
  changes: Map<number, Message>
  /** What edited messages said before. */
  edits: { message_id: number; rev: number; content: string }[]
  /** Conversations whose counters, activity or receipts moved. */
  moved: Set<ConversationRecord>
  opened: Set<ConversationRecord>
  /** Conversations that changed outside their messages. */
  described: Set<ConversationRecord>
  matched: Set<ConversationRecord>
  watermarks: Map<string, Watermark>
  memberships: Map<string, MembershipChange>
  /** Stored blocks of pairs that have no conversation yet. */
  pairBlocks: ReadonlyMap<string, readonly number[]>
  blocks: { blocker_id: number; blocked_id: number; is_blocked: boolean }[]
  outgoing: Outgoing[]
  /** The members of a conversation, as one array for all frames of the batch. */
  audiences: Map<ConversationRecord, readonly number[]>
}

export function newDraft(given: Pick<Draft, 'now' | 'nextId' | 'known' | 'pairBlocks'>): Draft {
  return {
    ...given,
    messages: [],
    changes: new Map(),
    edits: [],
    moved: new Set(),
    opened: new Set(),
    described: new Set(),
    matched: new Set(),
    watermarks: new Map(),
    memberships: new Map(),
    blocks: [],
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
  moved: { member: MemberRecord; read?: { seq: number; texts: number }; delivered?: number },
): { read: boolean; delivered: boolean } {
  const { member, read, delivered = 0 } = moved
  const arrived = Math.max(read?.seq ?? 0, delivered)
  const isRead = read !== undefined && read.seq > member.read_seq
  const isDelivered = arrived > member.delivered_seq
  const isUnmarked = read !== undefined && member.unread_extra > 0
  if (!isRead && !isDelivered && !isUnmarked) return { read: false, delivered: false }
  if (isRead) {
    member.read_seq = read.seq
    member.read_texts = read.texts
  }
  if (isUnmarked) member.unread_extra = 0
  if (isDelivered) member.delivered_seq = arrived

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

/** Notes a membership that began, changed or ended; who gets frames follows from here on. */
export function changeMembership(
  draft: Draft,
  conversation: ConversationRecord,
  { member, has_left = false }: { member: MemberRecord; has_left?: boolean },
): void {
  if (has_left) conversation.members.delete(member.user.id)
  else conversation.members.set(member.user.id, member)
  draft.audiences.delete(conversation)
  draft.described.add(conversation)
  if (draft.opened.has(conversation)) return
  const key = `${conversation.id}:${member.user.id}`
  draft.memberships.set(key, { conversation_id: conversation.id, member, has_left })
}

/** Gives a stored message its next state. */
export function changeMessage(draft: Draft, conversation: ConversationRecord, next: Message): void {
  draft.known.set(next.id, next)
  draft.changes.set(next.id, next)
  draft.moved.add(conversation)
  if (conversation.last_message?.id === next.id) conversation.last_message = next
}

/** Who of a pair without a conversation blocks the other by now. */
export function blockersIn({ pairBlocks, blocks }: Draft, [a, b]: readonly [number, number]): Set<number> {
  const blockers = new Set(pairBlocks.get(pairKey(a, b)))
  for (const { blocker_id, blocked_id, is_blocked } of blocks) {
    if (pairKey(blocker_id, blocked_id) !== pairKey(a, b)) continue
    if (is_blocked) blockers.add(blocker_id)
    else blockers.delete(blocker_id)
  }
  return blockers
}

/** Whether one statement commits the batch: nothing changed but messages, counters and watermarks. */
export const isPlain = ({ opened, described, blocks }: Draft): boolean =>
  opened.size === 0 && described.size === 0 && blocks.length === 0

/** Whether the batch has anything to commit. */
export const isEmpty = (draft: Draft): boolean => draft.moved.size === 0 && isPlain(draft)

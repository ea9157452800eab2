import {
  encodeFrame,
  type BlockChange,
  type Message,
  type Payload,
  type Privacy,
  type Push,
} from '@parley/protocol'
import { pairKey, type ConversationRecord, type MemberRecord } from './conversation.ts'
import type { MadeNotification, Notice } from './notice.ts'
import { isTopic, type Audience, type Outgoing } from './outgoing.ts'

/** A membership that began, changed or ended. */
export interface MembershipChange {
  conversation_id: number
  member: MemberRecord
  has_left: boolean
  /** Staff of a support conversation that has read and not written: a watermark without a membership. */
  is_reader: boolean
}

/** A message that one person alone has deleted. */
export interface Hidden {
  user_id: number
  conversation_id: number
  message_id: number
}

export interface Watermark {
  conversation_id: number
  member: MemberRecord
  read_moved: boolean
  delivered_moved: boolean
}

/** What a member is told of a conversation outside its messages. */
export type Told = `conversation.${'create' | 'update' | 'member_joined' | 'member_left' | 'close'}`

/** What one batch will write and tell. The records it came from are already changed: a batch that fails drops them. */
export interface Draft {
  now: string
  /** Upper part of the next message id. */
  nextId: number
  messages: { message: Message; text_no: number }[]
  /** Messages that operations asked for, as they are by now. */
  known: Map<number, Message>
  /** Messages that people may take from other conversations. */
  sources: ReadonlyMap<string, Message>
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
  /** Members for whom alone the conversation has changed. */
  own: Map<string, { conversation: ConversationRecord; member: MemberRecord }>
  /** Stored blocks of pairs that have no conversation yet. */
  pairBlocks: ReadonlyMap<string, readonly number[]>
  /** What those share who may join. */
  privacy: ReadonlyMap<number, Privacy>
  blocks: (BlockChange & { is_blocked: boolean })[]
  /** Messages that somebody does not want to see again. */
  hidden: Hidden[]
  /** What people are to be notified of, and what came of it. */
  notices: Notice[]
  notifications: MadeNotification[]
  /** Messages whose notifications go with them. */
  unnotified: number[]
  outgoing: Outgoing[]
  /** Of large conversations: what every member is told once the batch is committed. */
  announced: Map<ConversationRecord, Told>
}

export function newDraft(
  given: Pick<Draft, 'now' | 'nextId' | 'known' | 'sources' | 'pairBlocks' | 'privacy'>,
): Draft {
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
    own: new Map(),
    blocks: [],
    hidden: [],
    notices: [],
    notifications: [],
    unnotified: [],
    outgoing: [],
    announced: new Map(),
  }
}

export function tell<P extends Push>(
  draft: Draft,
  to: Audience,
  told: { push: P; payload: Payload<P> },
): void {
  if (!isTopic(to) && to.length === 0) return
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
  if (isUnmarked) {
    member.unread_extra = 0
    member.unread_from = 0
    noteOwn(draft, conversation, member)
  }
  if (isDelivered) member.delivered_seq = arrived

  keepReader(draft, conversation, member)
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

/** Notes that the conversation has changed for one member alone. */
export function noteOwn(draft: Draft, conversation: ConversationRecord, member: MemberRecord): void {
  keepReader(draft, conversation, member)
  draft.own.set(`${conversation.id}:${member.user.id}`, { conversation, member })
}

/** Notes a membership that began, changed or ended; who gets frames follows from here on. */
export function changeMembership(
  draft: Draft,
  conversation: ConversationRecord,
  { member, has_left = false }: { member: MemberRecord; has_left?: boolean },
): void {
  if (has_left) conversation.members.delete(member.user.id)
  else conversation.members.set(member.user.id, member)
  conversation.derived = {}
  draft.described.add(conversation)
  const key = `${conversation.id}:${member.user.id}`
  if (draft.opened.has(conversation)) draft.memberships.delete(key)
  else draft.memberships.set(key, { conversation_id: conversation.id, member, has_left, is_reader: false })
}

/** Keeps what is a staff member's own where nothing of theirs is kept yet. */
function keepReader(draft: Draft, conversation: ConversationRecord, member: MemberRecord): void {
  const { members, support } = conversation
  const { id } = member.user
  if (!support || members.has(id) || support.readers.has(id)) return
  support.readers.set(id, member)
  const change = { conversation_id: conversation.id, member, has_left: false, is_reader: true }
  draft.memberships.set(`${conversation.id}:${id}`, change)
}

/** Has the gateways take a person's sockets off a conversation, before whatever is told of it next. */
export function detach({ outgoing }: Draft, { id }: ConversationRecord, { user }: MemberRecord): void {
  outgoing.push({ to: [user.id], kind: 'c', frame: JSON.stringify({ detach: id }) })
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
export const isPlain = ({
  opened,
  described,
  memberships,
  blocks,
  own,
  notifications,
  unnotified,
}: Draft): boolean =>
  opened.size === 0 &&
  memberships.size === 0 &&
  described.size === 0 &&
  own.size === 0 &&
  blocks.length === 0 &&
  notifications.length === 0 &&
  unnotified.length === 0

/** Whether the batch has anything to commit. */
export const isEmpty = (draft: Draft): boolean => draft.moved.size === 0 && isPlain(draft)

// What one conversation replays, in this order: its match, itself, its changed messages by `rev`, its moved watermarks.
import {
  conversationUpdate,
  deliveryReceipt,
  encodeFrame,
  limits,
  matchRemoved,
  newMatch,
  readReceipt,
  timestamp,
  type Conversation,
} from '@parley/protocol'
import type { Deps } from '../deps.ts'
import { listHiddenSince } from '../store/hidden.ts'
import { listChangesSince } from '../store/changes.ts'
import { listMovedWatermarks, type ChangedConversation } from '../store/sync.ts'
import { messageFrame, messageView } from '../views.ts'

export interface Replay {
  conversation: ChangedConversation
  view: Conversation
  userId: number
  /** 0, or the rev at which an earlier page ended inside this conversation. */
  afterRev: number
  /** Bytes that the page still has. */
  room: number
}

export interface Replayed {
  frames: string[]
  bytes: number
  /** The rev to go on after when the page is full; null when all is replayed. */
  unfinishedAfter: number | null
}

const MOST = limits.replayed_changes

export async function replayConversation(db: Deps['db'], replay: Replay): Promise<Replayed> {
  const { conversation, view, userId, afterRev, room } = replay
  if (conversation.left_pos !== null) return replayDeparture(view)
  const hidden = await findHidden(db, conversation, userId)
  const frames = afterRev === 0 ? describe(replay, hidden.slice(-MOST)) : []
  const rows = await listChangesSince(db, {
    reader: { user_id: userId, conversation_id: conversation.id },
    pos: conversation.since_pos,
    last_rev: conversation.last_rev,
    joined_seq: conversation.joined_seq,
    most: MOST + 1,
  })
  let bytes = size(frames)
  for (const row of rows.slice(-MOST)) {
    if (row.rev <= afterRev) continue
    const frame = messageFrame(messageView(row))
    frames.push(frame)
    bytes += Buffer.byteLength(frame)
    if (bytes >= room) return { frames, bytes, unfinishedAfter: row.rev }
  }
  if (rows.length > MOST || hidden.length > MOST)
    frames.push(encodeFrame(conversationUpdate, { event: 'conversation.behind', conversation: view }))
  const receipts = await replayReceipts(db, conversation, userId)
  frames.push(...receipts)
  return { frames, bytes: bytes + size(receipts), unfinishedAfter: null }
}

/** Who has left learns that, and nothing that came after. */
function replayDeparture(view: Conversation): Replayed {
  const conversation: Conversation = {
    ...view,
    participants: [],
    member_count: 0,
    last_message: null,
    last_seq: view.read_seq,
    unread_count: 0,
  }
  const frames = [encodeFrame(conversationUpdate, { event: 'conversation.member_left', conversation })]
  return { frames, bytes: size(frames), unfinishedAfter: null }
}

const size = (frames: readonly string[]): number =>
  frames.reduce((sum, frame) => sum + Buffer.byteLength(frame), 0)

function describe({ conversation, view, userId }: Replay, hidden: readonly number[]): string[] {
  const { since_pos, meta_pos, own_pos, opened_pos, match_pos, match_id, match_created_at, state } =
    conversation
  const told = { conversation: view, ...(hidden.length > 0 && { hidden_message_ids: [...hidden] }) }
  if (meta_pos <= since_pos) {
    const update = { event: 'conversation.update', ...told } as const
    return own_pos > since_pos ? [encodeFrame(conversationUpdate, update)] : []
  }
  const other = view.participants.find(({ id }) => id !== userId)
  const frames: string[] = []
  if (match_id && match_created_at && state === 'closed') {
    frames.push(encodeFrame(matchRemoved, { match_id, conversation_id: conversation.id }))
  } else if (match_id && match_created_at && match_pos > since_pos && other) {
    const match = {
      id: match_id,
      user: other,
      conversation_id: conversation.id,
      created_at: timestamp(match_created_at),
    }
    frames.push(encodeFrame(newMatch, { match }))
  }
  const event =
    state === 'closed'
      ? 'conversation.close'
      : opened_pos > since_pos
        ? 'conversation.create'
        : 'conversation.update'
  frames.push(encodeFrame(conversationUpdate, { event, ...told }))
  return frames
}

const findHidden = async (
  db: Deps['db'],
  { id: conversation_id, since_pos: pos, own_pos }: ChangedConversation,
  user_id: number,
): Promise<number[]> =>
  own_pos > pos ? listHiddenSince(db, { user_id, conversation_id, pos, limit: MOST + 1 }) : []

async function replayReceipts(
  db: Deps['db'],
  { id, since_pos, updated_at, member_count }: ChangedConversation,
  userId: number,
): Promise<string[]> {
  // In a large conversation one's own receipts are all that one is told of.
  const of = member_count > limits.small_conversation ? userId : undefined
  const reader = { user_id: userId, conversation_id: id }
  const moved = await listMovedWatermarks(db, { reader, pos: since_pos, of })
  return moved.map(({ kind, user_id, seq, message_id }) =>
    encodeFrame(kind === 'read' ? readReceipt : deliveryReceipt, {
      conversation_id: id,
      message_id,
      seq,
      user_id,
      timestamp: timestamp(updated_at),
    }),
  )
}

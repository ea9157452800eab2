import { chatMessage, makeId, readReceipt, shardOf, type Message } from '@parley/protocol'
import type { ConversationRecord, MemberRecord } from './conversation.ts'
import { everyone, receiptAudience } from './audience.ts'
import { changeMessage, moveWatermark, tell, type Draft } from './draft.ts'
import { findMentions } from './mentions.ts'
import { notifyMentioned } from './notify-members.ts'
import { changeOwn } from './personal.ts'

export interface Written {
  sender: MemberRecord
  client_id: string | null
  content: string
  attachments?: Message['attachments']
  parent?: Message | undefined
  quote?: Message['quote']
  forwarded_from?: number | null
}

/** Adds what somebody wrote at the conversation's end, moves the writer's own watermark to it, and tells every member. */
export function addMessage(conversation: ConversationRecord, draft: Draft, written: Written): Message {
  const {
    sender,
    client_id,
    content,
    attachments = [],
    parent,
    quote = null,
    forwarded_from = null,
  } = written
  const wasMarked = sender.unread_extra > 0
  readWhatCameBefore(conversation, draft, sender)
  const message = append(conversation, draft, {
    sender: sender.user,
    client_id,
    content,
    attachments,
    parent_message_id: parent?.id ?? null,
    mentions: findMentions(content, conversation),
    quote,
    forwarded_from,
  })
  const { id, seq } = message
  conversation.last_text = { id, seq, sender_id: sender.user.id }
  moveWatermark(draft, conversation, { member: sender, read: { seq, texts: conversation.text_count } })
  if (parent) changeMessage(draft, conversation, { ...parent, reply_count: parent.reply_count + 1 })
  tellMessage(conversation, draft, message)
  notifyMentioned(draft, conversation, { message })
  // What is answered in a thread or passed on is not what the draft began.
  const isDraftSent = sender.draft !== null && !parent && forwarded_from === null
  if (isDraftSent) sender.draft = null
  if (isDraftSent || wasMarked) changeOwn(draft, conversation, sender)
  return message
}

/** Adds a note of what happened. It counts as nobody's unread message. */
export function addNote(
  conversation: ConversationRecord,
  draft: Draft,
  { by, system }: { by: MemberRecord; system: NonNullable<Message['system']> },
): void {
  tellMessage(conversation, draft, append(conversation, draft, { kind: 'system', sender: by.user, system }))
}

/** What is new with a message; all else is as with a text that nobody has answered to yet. */
type Unplaced = Pick<Message, 'sender'> & Partial<Pick<Message, Given>>
type Given = 'kind' | 'client_id' | 'content' | 'parent_message_id' | 'attachments' | Rare
type Rare = 'mentions' | 'quote' | 'forwarded_from' | 'system'

// Field by field: objects that are put together from others cost several times as much.
function append(conversation: ConversationRecord, draft: Draft, unplaced: Unplaced): Message {
  const { kind = 'text', client_id = null, content = '', parent_message_id = null } = unplaced
  const { attachments = [], mentions = [], quote = null, forwarded_from = null, system = null } = unplaced
  if (kind === 'text') conversation.text_count++
  const message: Message = {
    id: makeId(draft.nextId++, shardOf(conversation.id)),
    conversation_id: conversation.id,
    seq: ++conversation.last_seq,
    rev: ++conversation.last_rev,
    created_at: draft.now,
    kind,
    client_id,
    content,
    parent_message_id,
    attachments,
    reactions: {},
    reply_count: 0,
    mentions,
    quote,
    forwarded_from,
    system,
    is_edited: false,
    edited_at: null,
    is_deleted: false,
    sender: unplaced.sender,
  }
  conversation.last_message = message
  conversation.last_hidden_by.clear()
  conversation.updated_at = draft.now
  draft.messages.push({ message, text_no: conversation.text_count })
  draft.moved.add(conversation)
  return message
}

function tellMessage(conversation: ConversationRecord, draft: Draft, message: Message): void {
  const { conversation_id, seq, rev } = message
  tell(draft, everyone(conversation), {
    push: chatMessage,
    payload: { conversation_id, seq, rev, message },
  })
}

/** Who answers has read: a receipt for the newest message of others goes out before the new one. */
function readWhatCameBefore(conversation: ConversationRecord, draft: Draft, sender: MemberRecord): void {
  const last = conversation.last_text
  // Sending moved the watermark of whoever wrote the last one, so one that is unread is another's.
  if (!last || last.seq <= sender.read_seq) return
  moveWatermark(draft, conversation, {
    member: sender,
    read: { seq: last.seq, texts: conversation.text_count },
  })
  tell(draft, receiptAudience(conversation, sender), {
    push: readReceipt,
    payload: {
      conversation_id: conversation.id,
      message_id: last.id,
      seq: last.seq,
      user_id: sender.user.id,
      timestamp: draft.now,
    },
  })
}

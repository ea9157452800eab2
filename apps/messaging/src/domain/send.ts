import { chatMessage, makeId, readReceipt, shardOf, type Message } from '@parley/protocol'
import type { ConversationRecord, MemberRecord } from './conversation.ts'
import { everyone, moveWatermark, tell, type Draft } from './draft.ts'

export interface NewMessage {
  sender: MemberRecord
  client_id: string | null
  content: string
}

/** Adds a message at the conversation's end, moves the sender's own watermark to it, and tells every member. */
export function addMessage(
  conversation: ConversationRecord,
  draft: Draft,
  { sender, client_id, content }: NewMessage,
): Message {
  readWhatCameBefore(conversation, draft, sender)

  const message: Message = {
    id: makeId(draft.nextId++, shardOf(conversation.id)),
    conversation_id: conversation.id,
    seq: ++conversation.last_seq,
    rev: ++conversation.last_rev,
    client_id,
    kind: 'text',
    content,
    sender: sender.user,
    parent_message_id: null,
    attachments: [],
    reactions: {},
    created_at: draft.now,
    is_edited: false,
    edited_at: null,
    is_deleted: false,
  }
  conversation.last_message = message
  conversation.updated_at = draft.now
  draft.messages.push(message)
  draft.moved.add(conversation)
  moveWatermark(draft, conversation, { member: sender, read: message.seq })

  const { conversation_id, seq, rev } = message
  tell(draft, everyone(draft, conversation), {
    push: chatMessage,
    payload: { conversation_id, seq, rev, message },
  })
  return message
}

/**
 * Who answers has read. Above the sender's watermark there are only others' messages, and the newest of all is the
 * last one: a receipt for it goes out before the new message.
 */
function readWhatCameBefore(conversation: ConversationRecord, draft: Draft, sender: MemberRecord): void {
  const last = conversation.last_message
  if (!last || last.seq <= sender.read_seq) return
  moveWatermark(draft, conversation, { member: sender, read: last.seq })
  tell(draft, everyone(draft, conversation), {
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

import { messageDelete, type Message } from '@parley/protocol'
import type { ConversationRecord, MemberRecord } from './conversation.ts'
import { everyone } from './audience.ts'
import { changeMessage, tell, type Draft } from './draft.ts'
import { unpinMessage } from './pin.ts'

/** Who may delete a message for everyone. */
export const mayDelete = (message: Message, member: MemberRecord): boolean =>
  message.kind === 'text' && (message.sender.id === member.user.id || member.role !== 'member')

/** Empties a message for everyone; its place stays. Deleting again changes nothing. */
export function deleteMessage(conversation: ConversationRecord, draft: Draft, message: Message): Message {
  if (message.is_deleted) return message
  const rev = ++conversation.last_rev
  const deleted: Message = {
    ...message,
    rev,
    content: '',
    attachments: [],
    reactions: {},
    mentions: [],
    quote: null,
    is_deleted: true,
  }
  changeMessage(draft, conversation, deleted)
  // An earlier text may have named somebody.
  if (message.mentions.length > 0 || message.is_edited) draft.unnotified.push(message.id)
  const parent = message.parent_message_id === null ? undefined : draft.known.get(message.parent_message_id)
  if (parent)
    changeMessage(draft, conversation, { ...parent, reply_count: Math.max(0, parent.reply_count - 1) })
  tell(draft, everyone(conversation), {
    push: messageDelete,
    payload: { conversation_id: conversation.id, message_id: message.id, rev, timestamp: draft.now },
  })
  unpinMessage(draft, conversation, message.id)
  return deleted
}

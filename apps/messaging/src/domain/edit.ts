import { messageEdit, type Message } from '@parley/protocol'
import type { ConversationRecord } from './conversation.ts'
import { everyone } from './audience.ts'
import { changeMessage, tell, type Draft } from './draft.ts'
import { findMentions } from './mentions.ts'
import { notifyMentioned } from './notify-members.ts'

/** Who may change what a message says: its sender, unless it says who else wrote it. */
export const mayEdit = ({ kind, sender, forwarded_from }: Message, userId: number): boolean =>
  kind === 'text' && sender.id === userId && (forwarded_from === null || forwarded_from === userId)

/** Changes a message's text; what it said before is kept. The same text again changes nothing. */
export function editMessage(
  conversation: ConversationRecord,
  draft: Draft,
  { message, content }: { message: Message; content: string },
): Message {
  if (message.content === content) return message
  const rev = ++conversation.last_rev
  const edited: Message = {
    ...message,
    rev,
    content,
    mentions: findMentions(content, conversation),
    is_edited: true,
    edited_at: draft.now,
  }
  draft.edits.push({ message_id: message.id, rev, content: message.content })
  changeMessage(draft, conversation, edited)
  tell(draft, everyone(conversation), {
    push: messageEdit,
    payload: {
      conversation_id: conversation.id,
      message_id: message.id,
      content,
      mentions: edited.mentions,
      edited_at: draft.now,
      rev,
      timestamp: draft.now,
    },
  })
  notifyMentioned(draft, conversation, { message: edited, before: message.mentions })
  return edited
}

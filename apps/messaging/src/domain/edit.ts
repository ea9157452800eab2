import { messageEdit, type Message } from '@parley/protocol'
import type { ConversationRecord } from './conversation.ts'
import { changeMessage, everyone, tell, type Draft } from './draft.ts'
import { findMentions } from './mentions.ts'

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
    mentions: findMentions(content, conversation.members.values()),
    is_edited: true,
    edited_at: draft.now,
  }
  draft.edits.push({ message_id: message.id, rev, content: message.content })
  changeMessage(draft, conversation, edited)
  tell(draft, everyone(draft, conversation), {
    push: messageEdit,
    payload: {
      conversation_id: conversation.id,
      message_id: message.id,
      content,
      edited_at: draft.now,
      rev,
      timestamp: draft.now,
    },
  })
  return edited
}

import { conversationUpdate, type Message } from '@parley/protocol'
import { conversationView, type ConversationRecord, type MemberRecord } from './conversation.ts'
import { noteOwn, tell, type Draft } from './draft.ts'

/** Takes a message away from one member, whose devices alone are told. */
export function hideMessage(
  draft: Draft,
  conversation: ConversationRecord,
  { member, message }: { member: MemberRecord; message: Message },
): void {
  const { id: user_id } = member.user
  const { conversation_id, id: message_id } = message
  draft.hidden.push({ user_id, conversation_id, message_id })
  noteOwn(draft, conversation, member)
  if (conversation.last_message?.id === message_id) conversation.last_hidden_by.add(user_id)
  tell(draft, [user_id], {
    push: conversationUpdate,
    payload: {
      event: 'conversation.update',
      conversation: conversationView(conversation, member),
      hidden_message_ids: [message_id],
    },
  })
}

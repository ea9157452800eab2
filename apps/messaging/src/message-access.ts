import type { Message } from '@parley/protocol'
import type { ConversationRecord, MemberRecord } from './domain/conversation.ts'
import type { Draft } from './domain/draft.ts'
import { memberFor } from './domain/member.ts'

export interface SeenMessage {
  conversation: ConversationRecord
  member: MemberRecord
  message: Message
}

/** A message as a member of its conversation finds it; null for a stranger, as if it did not exist. */
export function findOwnView(
  { conversation, draft }: { conversation: ConversationRecord | undefined; draft: Draft },
  { message_id, userId }: { message_id: number; userId: number },
): SeenMessage | null {
  const message = draft.known.get(message_id)
  const member = memberFor(conversation, userId)
  return conversation && member && message && message.seq > member.joined_seq
    ? { conversation, member, message }
    : null
}

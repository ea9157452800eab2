import { conversationUpdate } from '@parley/protocol'
import { memberIds } from './audience.ts'
import { conversationView, isLarge, type ConversationRecord, type MemberRecord } from './conversation.ts'
import { tell, type Draft, type Told } from './draft.ts'
import { memberFor } from './member.ts'

/**
 * Tells each member, and of a support conversation all staff, what the conversation is to them; in a large one once the
 * batch is committed, so that it does not hold ten thousand frames.
 */
export function tellMembers(draft: Draft, conversation: ConversationRecord, event: Told): void {
  if (!conversation.support && isLarge(conversation)) return void draft.announced.set(conversation, event)
  for (const id of memberIds(conversation)) {
    const member = memberFor(conversation, id)
    if (member) tellMember(draft, conversation, { member, event })
  }
}

/** Tells one person's devices what the conversation is to them. */
export function tellMember(
  draft: Draft,
  conversation: ConversationRecord,
  { member, event }: { member: MemberRecord; event: Told },
): void {
  const payload = { event, conversation: conversationView(conversation, member) }
  tell(draft, [member.user.id], { push: conversationUpdate, payload })
}

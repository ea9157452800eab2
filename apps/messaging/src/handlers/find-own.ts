import type { RpcError } from '@parley/service-kit'
import type { ConversationRecord, MemberRecord } from '../domain/conversation.ts'
import { memberFor } from '../domain/member.ts'

/** A conversation as one of its members finds it; for a stranger it does not exist. */
export function findOwn(
  conversation: ConversationRecord | undefined,
  userId: number,
  fail: (code: 'conversation_not_found') => RpcError,
): { conversation: ConversationRecord; member: MemberRecord } {
  const member = memberFor(conversation, userId)
  if (!conversation || !member) throw fail('conversation_not_found')
  return { conversation, member }
}

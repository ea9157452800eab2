import type { RpcError } from '@parley/service-kit'
import type { ConversationRecord, MemberRecord } from '../domain/conversation.ts'

type Fail = (code: 'conversation_not_found' | 'forbidden') => RpcError

/** A group as one of its members finds it. A stranger learns nothing; a direct conversation has nothing to manage. */
export function findGroup(
  conversation: ConversationRecord | undefined,
  userId: number,
  fail: Fail,
): { group: ConversationRecord; member: MemberRecord } {
  const member = conversation?.members.get(userId)
  if (!conversation || !member) throw fail('conversation_not_found')
  if (conversation.kind !== 'group') throw fail('forbidden')
  return { group: conversation, member }
}

import type { RpcError } from '@parley/service-kit'
import type { ConversationRecord, MemberRecord } from '../domain/conversation.ts'
import { memberFor } from '../domain/member.ts'

type Fail = (code: 'conversation_not_found' | 'forbidden') => RpcError

/** A group or broadcast as one of its members finds it. A stranger learns nothing; other kinds have nothing to manage. */
export function findGroup(
  conversation: ConversationRecord | undefined,
  userId: number,
  fail: Fail,
): { group: ConversationRecord; member: MemberRecord } {
  const member = memberFor(conversation, userId)
  if (!conversation || !member) throw fail('conversation_not_found')
  if (conversation.kind !== 'group' && conversation.kind !== 'broadcast') throw fail('forbidden')
  return { group: conversation, member }
}

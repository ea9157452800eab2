import type { Privacy } from '@parley/protocol'
import type { ConversationRecord, MemberRecord } from './conversation.ts'
import type { Draft } from './draft.ts'

/** Most people's, as one object for all of them. */
export const sharesAll: Privacy = { receipts: true, typing: true, presence: true }

/** What somebody who joins shares. The operation must have named them as `joining`. */
export function privacyIn({ privacy }: Draft, userId: number): Privacy {
  const found = privacy.get(userId)
  if (!found) throw new Error('the switches of somebody who joins are not loaded')
  return found
}

export function changePrivacy(conversation: ConversationRecord, userId: number, privacy: Privacy): void {
  const member = conversation.members.get(userId) ?? conversation.support?.readers.get(userId)
  if (!member) return
  member.privacy = privacy
  conversation.derived = {}
}

/** Whether one of two may learn how far the other has come. */
export const seesReceipts = (
  viewer: Pick<MemberRecord, 'privacy'> & { user: { id: number } },
  member: MemberRecord,
): boolean => viewer.user.id === member.user.id || (viewer.privacy.receipts && member.privacy.receipts)

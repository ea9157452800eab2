import { limits } from '@parley/protocol'
import type { ConversationRecord, MemberRecord, Pin } from './conversation.ts'
import type { Draft } from './draft.ts'
import { isBlocked, isManager } from './member.ts'
import { tellMembers } from './tell-members.ts'

/** Whether a member may pin and unpin for everybody. As nobody writes across a block, nobody pins across it. */
export const mayPin = (conversation: ConversationRecord, member: MemberRecord): boolean =>
  !isBlocked(conversation) &&
  (conversation.kind === 'direct' || conversation.kind === 'support' || isManager(member))

/** Pins a message; false where there are as many pins as there may be. */
export function pinMessage(draft: Draft, conversation: ConversationRecord, { id, seq }: Pin): boolean {
  if (conversation.pins.some((pin) => pin.id === id)) return true
  if (conversation.pins.length >= limits.pins) return false
  setPins(draft, conversation, [{ id, seq }, ...conversation.pins])
  return true
}

/** Takes a pin back; where there is none, nothing changes and nothing is told. */
export function unpinMessage(draft: Draft, conversation: ConversationRecord, messageId: number): void {
  const pins = conversation.pins.filter(({ id }) => id !== messageId)
  if (pins.length < conversation.pins.length) setPins(draft, conversation, pins)
}

function setPins(draft: Draft, conversation: ConversationRecord, pins: readonly Pin[]): void {
  conversation.pins = pins
  draft.described.add(conversation)
  tellMembers(draft, conversation, 'conversation.update')
}

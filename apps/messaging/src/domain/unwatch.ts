// Frames for gateways: what some were shown of others' presence has to be asked for anew.
import { memberIds } from './audience.ts'
import { isLarge, type ConversationRecord } from './conversation.ts'
import type { Draft } from './draft.ts'

/** Two people may not see each other any more. */
export function unwatchPair({ outgoing }: Draft, [a, b]: readonly [number, number]): void {
  outgoing.push(unwatch([a], [b]), unwatch([b], [a]))
}

/** Who shared this conversation does so no more; of a support conversation all staff. */
export function unwatchEveryone({ outgoing }: Draft, conversation: ConversationRecord): void {
  const ids = memberIds(conversation)
  if (!isLarge(conversation)) outgoing.push(unwatch(ids, ids))
}

/** Somebody has left the conversation. */
export function unwatchMember({ outgoing }: Draft, conversation: ConversationRecord, userId: number): void {
  const others = [...conversation.members.keys()]
  if (!isLarge(conversation)) outgoing.push(unwatch(others, [userId]), unwatch([userId], others))
}

const unwatch = (to: readonly number[], userIds: readonly number[]) => ({
  ...{ to, kind: 'c' as const, frame: JSON.stringify({ unwatch: userIds }) },
})

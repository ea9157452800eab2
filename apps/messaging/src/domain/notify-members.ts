import { preview } from '@parley/markdown'
import { limits, shardOf, type Card, type Message } from '@parley/protocol'
import type { ConversationRecord } from './conversation.ts'
import type { Draft } from './draft.ts'
import { memberFor } from './member.ts'

/**
 * Notifies those whom a message names, but for its sender and those whom it named before. Who has muted the conversation
 * finds it in the list.
 */
export function notifyMentioned(
  draft: Draft,
  conversation: ConversationRecord,
  { message, before = [] }: { message: Message; before?: readonly number[] },
): void {
  const { id, conversation_id, sender, content } = message
  const told = message.mentions.filter((user_id) => user_id !== sender.id && !before.includes(user_id))
  if (told.length === 0) return
  // What is cut may end in half a character.
  const text = preview(content).slice(0, limits.notification.message_chars).toWellFormed()
  for (const user_id of told) {
    const muted_until = memberFor(conversation, user_id)?.muted_until ?? null
    draft.notices.push({
      user_id,
      shard: shardOf(id),
      by: sender.id,
      message_id: id,
      notification_type: 'mention',
      title: `${nameOf(sender)} mentioned you`,
      message: text,
      data: { conversation_id, message_id: id },
      is_silent: muted_until !== null && muted_until > draft.now,
    })
  }
}

/** Notifies the two people of a match. */
export function notifyMatched(draft: Draft, { id, match, members }: ConversationRecord): void {
  if (!match) return
  for (const { user } of members.values()) {
    const other = [...members.values()].find((member) => member.user.id !== user.id)?.user
    if (!other) continue
    draft.notices.push({
      user_id: user.id,
      shard: shardOf(id),
      by: other.id,
      notification_type: 'match',
      title: 'New match',
      message: `You and ${nameOf(other)} like each other`,
      data: { match_id: match.id, user_id: other.id, conversation_id: id },
    })
  }
}

const nameOf = ({ first_name, username }: Card): string => first_name || username

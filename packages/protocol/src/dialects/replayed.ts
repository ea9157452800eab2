import type { ServerEvent, ServerEventOf } from './events.ts'

/**
 * What a replayed message's present state means to clients that add every message that comes. One that they have is told
 * by what has become of it, as far as that can be told; one that they have not comes with its reactions, unless it was
 * deleted meanwhile.
 */
export function eventsOfReplayed(event: ServerEventOf<'chat_message'>, isHad: boolean): ServerEvent[] {
  const { conversation_id, rev, message } = event
  const { id: message_id, content, mentions, edited_at, is_deleted, reactions, created_at } = message
  const about = { conversation_id, message_id, rev }
  if (!isHad) {
    if (is_deleted) return []
    const added = Object.entries(reactions).flatMap(([emoji, userIds]) =>
      userIds.map((user_id): ServerEvent => ({
        ...{ type: 'message_reaction', ...about, emoji, user_id },
        ...{ action: 'added', timestamp: created_at },
      })),
    )
    return [event, ...added]
  }
  if (is_deleted) return [{ type: 'message_delete', ...about, timestamp: edited_at ?? created_at }]
  if (edited_at === null) return []
  return [{ type: 'message_edit', ...about, content, mentions, edited_at, timestamp: edited_at }]
}

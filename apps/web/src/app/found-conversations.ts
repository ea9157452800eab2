import type { Conversation, Input } from '@parley/client'

export type ConversationFilter = Pick<Input<'messaging.list_conversations'>, 'kind' | 'archived'>

/**
 * What the server found by a filter, as each has become since, and what fits since then: all that is `known` from frames is
 * newer. Newest activity first.
 */
export function foundConversations(
  found: readonly Conversation[],
  known: readonly Conversation[],
  { kind, archived }: ConversationFilter,
): Conversation[] {
  const byId = new Map([...found, ...known].map((conversation) => [conversation.id, conversation]))
  return [...byId.values()]
    .filter(
      (one) =>
        (kind === undefined || one.kind === kind) && (archived === undefined || one.is_archived === archived),
    )
    .sort((a, b) => b.updated_at.localeCompare(a.updated_at) || b.id - a.id)
}

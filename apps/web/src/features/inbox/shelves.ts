import type { Conversation } from '@parley/client'

export type Shelf = 'current' | 'archived'
export const shelves: readonly Shelf[] = ['current', 'archived']

/** The conversations that are archived, or the others: the pinned ones first, else in their order. */
export function shelved(conversations: readonly Conversation[], shelf: Shelf): Conversation[] {
  const here = conversations.filter(({ is_archived }) => is_archived === (shelf === 'archived'))
  return [...here.filter(({ is_pinned }) => is_pinned), ...here.filter(({ is_pinned }) => !is_pinned)]
}

import type { Conversation } from '@parley/client'
import { useConversations, useFrame } from '@parley/react'
import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo } from 'react'
import { type ConversationFilter, foundConversations } from './found-conversations.ts'
import { useAllPages } from './operations.ts'

export interface FoundConversations {
  /** Newest activity first. */
  conversations: readonly Conversation[]
  /** All of them are here. */
  isLoaded: boolean
  error: unknown
  retry: () => void
}

/**
 * All own conversations that fit a filter, page by page. The SDK's list has some of everything and follows all that frames
 * tell of: what it knows stands over what the pages said, which are loaded again where it begins anew itself.
 */
export function useFoundConversations({ kind, archived }: ConversationFilter): FoundConversations {
  const known = useConversations()
  const queries = useQueryClient()
  const pages = useAllPages('messaging.list_conversations', { kind, archived, limit: 200 })
  const { data, hasNextPage, error, fetchNextPage, refetch } = pages
  const refresh = useCallback(
    () => void queries.invalidateQueries({ queryKey: ['messaging.list_conversations'] }),
    [queries],
  )
  // Frames were missed when it is loaded no longer. Who comes back to this list may have missed that.
  useEffect(() => (known.isLoaded ? refresh : undefined), [known.isLoaded, refresh])
  useFrame('conversation_update', ({ event }) => {
    // One that is not known any more is taken from the pages only by asking.
    if (event === 'conversation.member_left') refresh()
  })
  const conversations = useMemo(() => {
    const found = data?.pages.flatMap(({ items }) => items) ?? []
    return foundConversations(found, known.conversations, { kind, archived })
  }, [data, known.conversations, kind, archived])
  return {
    conversations,
    isLoaded: data !== undefined && !hasNextPage && !error,
    error,
    retry: () => void (hasNextPage ? fetchNextPage() : refetch()),
  }
}

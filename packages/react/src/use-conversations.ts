import type { Conversation } from '@parley/client'
import { useParley } from './provider.ts'
import { type ListPart, useList } from './use-list.ts'
import { useSource } from './use-source.ts'

export interface Conversations extends ListPart {
  /** Newest activity first. */
  conversations: readonly Conversation[]
}

/** The inbox: loads the first page and follows it. */
export function useConversations(): Conversations {
  const [conversations, list] = useList(useParley().conversations)
  return { conversations, ...list }
}

/** Unread messages of all own conversations, loaded or not. */
export const useUnread = (): number => useSource(useParley().conversations.unread, 0)

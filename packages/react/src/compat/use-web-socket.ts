import type { Conversation, Member } from '@parley/client'
import type { ShownMessage } from '@parley/client/state'
import { useMemo } from 'react'
import { useParley } from '../provider.ts'
import { useConnection } from '../use-connection.ts'
import { useConversation, useMembers, useTyping } from '../use-conversation.ts'
import { type MessageActions, useMessages } from '../use-messages.ts'
import { useSession } from '../use-session.ts'
import { useOnline } from './use-online.ts'

const DELETED = 'Message deleted'

/** A stored message, who of the others has read it, and whether the person has. */
export interface SocketMessage extends ShownMessage {
  id: number
  read_by: number[]
  is_read: boolean
}

export interface ConversationSocket {
  messages: SocketMessage[]
  /** Names by id. */
  typingUsers: Record<number, string>
  onlineUsers: Record<number, boolean>
  isConnected: boolean
  sendMessage: (content: string, parentMessageId?: number | null) => void
  sendTypingIndicator: (isTyping: boolean) => void
  sendReadReceipt: (messageId: number) => void
  sendReaction: (messageId: number, emoji: string) => void
  editMessage: (messageId: number, content: string) => void
  deleteMessage: (messageId: number) => void
}

/** One conversation, over the provider's client. Without an id the hook is idle. */
export function useWebSocket(conversationId: number | null | undefined): ConversationSocket {
  const { messages: shown, ...actions } = useMessages(conversationId)
  const { typists, setTyping } = useTyping(conversationId)
  const view = useConversation(conversationId)
  const members = useMembers(conversationId)
  const { user } = useSession()
  const { isConnected } = useConnection()
  const onlineUsers = useOnline(view?.participants)
  const messages = useMemo(
    () => shown.flatMap((message) => withReaders(message, { members, view, me: user?.id })),
    [shown, members, view, user],
  )
  const typingUsers = useMemo(
    () => Object.fromEntries(typists.map(({ user_id, user_name }) => [user_id, user_name])),
    [typists],
  )
  const sends = useSends(conversationId, actions)
  return {
    messages,
    typingUsers,
    onlineUsers,
    isConnected: isConnected && conversationId != null,
    ...sends,
    sendTypingIndicator: setTyping,
  }
}

type Sends = Omit<
  ConversationSocket,
  'messages' | 'typingUsers' | 'onlineUsers' | 'isConnected' | 'sendTypingIndicator'
>

/** What is refused goes back to what it was. As the page's, these functions do nothing without a conversation. */
function useSends(
  id: number | null | undefined,
  { send, react, edit, remove, markRead }: MessageActions,
): Sends {
  const state = useParley()
  return useMemo(() => {
    const named = (message_id: number) => ({ id: message_id, client_id: null })
    const quietly = (act: () => Promise<unknown>) => {
      if (id != null) act().catch(() => {})
    }
    return {
      sendMessage: (content, parentMessageId = null) => {
        const extras = parentMessageId === null ? {} : { parent_message_id: parentMessageId }
        quietly(() => send(content, extras).acked)
      },
      sendReadReceipt: (message_id) => {
        const messages = id == null ? [] : state.conversation(id).messages.get()
        const seq = messages.find((message) => message.id === message_id)?.seq
        if (seq != null) markRead(seq)
      },
      sendReaction: (message_id, emoji) => quietly(() => react(named(message_id), emoji)),
      editMessage: (message_id, content) => quietly(() => edit(named(message_id), content)),
      deleteMessage: (message_id) => quietly(() => remove(named(message_id))),
    }
  }, [id, state, send, react, edit, remove, markRead])
}

interface Readers {
  members: readonly Member[]
  view: Conversation | undefined
  me: number | undefined
}

function withReaders(message: ShownMessage, { members, view, me }: Readers): SocketMessage[] {
  const { id, seq, sender } = message
  if (id === null || seq === null) return []
  const readers = members.filter(({ user, read_seq }) => user.id !== sender.id && read_seq >= seq)
  return [
    {
      ...message,
      id,
      content: message.is_deleted ? DELETED : message.content,
      read_by: readers.map(({ user }) => user.id),
      is_read: sender.id === me || (view?.read_seq ?? 0) >= seq,
    },
  ]
}

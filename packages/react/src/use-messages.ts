import { type ParleyClient, RpcError, type Sending } from '@parley/client'
import type { HistoryStatus, LiveConversation, MessageRef, ShownMessage } from '@parley/client/state'
import { useMemo } from 'react'
import { useClient } from './provider.ts'
import { type MaybeId, useHeld, useLive } from './use-conversation.ts'

const NOTHING: readonly never[] = []
const UNTOUCHED: HistoryStatus = { isLoaded: false, isLoading: false, hasOlder: true, error: undefined }

export interface MessageActions extends Pick<
  LiveConversation,
  'send' | 'edit' | 'react' | 'loadOlder' | 'markRead'
> {
  /** Deletes for everyone, or for oneself alone. */
  remove: LiveConversation['delete']
  /** Sends a failed message again. */
  retry: (message: MessageRef) => Sending
  /** Forgets a failed message. */
  discard: (message: MessageRef) => void
}

export interface Messages extends HistoryStatus, MessageActions {
  /** In order; one's own that are on their way stand at the end. A message that did not change is the same object. */
  messages: readonly ShownMessage[]
}

/** The messages of a conversation, which is held open while the component is there, and what can be done with them. */
export function useMessages(id: MaybeId): Messages {
  const client = useClient()
  const conversation = useLive(id)
  const messages = useHeld<readonly ShownMessage[]>(conversation, (live) => live.messages, NOTHING)
  const history = useHeld(conversation, (live) => live.history, UNTOUCHED)
  const actions = useMemo(() => actionsOf(client, conversation), [client, conversation])
  return { messages, ...history, ...actions }
}

function actionsOf(client: ParleyClient, conversation: LiveConversation | undefined): MessageActions {
  const chosen = () => {
    if (conversation) return conversation
    throw new RpcError({ code: 'conversation_not_found', detail: 'the hook was given no id' })
  }
  return {
    send: (content, extras) => chosen().send(content, extras),
    edit: (message, content) => chosen().edit(message, content),
    remove: (message, whose) => chosen().delete(message, whose),
    react: (message, emoji, action) => chosen().react(message, emoji, action),
    loadOlder: async (how) => conversation?.loadOlder(how),
    markRead: (seq) => conversation?.markRead(seq),
    // What was never sent from here has no such id, and is refused as what did not fail.
    retry: ({ client_id }) => client.retry(client_id ?? ''),
    discard: ({ client_id }) => client.discard(client_id ?? ''),
  }
}

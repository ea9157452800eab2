import { type Message, RpcError } from '@parley/client'
import type { LiveConversation } from '@parley/client/state'

/** As many as are given at once: one wants to be there soon. */
const PAGE = 200

type Loaded = Pick<LiveConversation, 'id' | 'messages' | 'history' | 'loadOlder'>

const oldest = ({ messages }: Loaded): number =>
  messages.get().find(({ seq }) => seq !== null)?.seq ?? Infinity

/**
 * Loads older messages until the one at `seq` is here, or there are no more; gives false where the conversation was closed or
 * begun anew meanwhile. Rejects with RpcError.
 */
export async function loadBackTo(conversation: Loaded, seq: number): Promise<boolean> {
  for (let from = oldest(conversation); from > seq && conversation.history.get().hasOlder;) {
    await conversation.loadOlder({ limit: PAGE })
    const reached = oldest(conversation)
    // Nothing older comes any more, though it is not the first.
    if (reached >= from && conversation.history.get().hasOlder) return false
    from = reached
  }
  return true
}

export interface Reach {
  /** The message. */
  id: number
  /** Asks the server where it stands. */
  find: () => Promise<Pick<Message, 'seq' | 'conversation_id'>>
  /** Nobody waits for it any more. */
  signal: AbortSignal
}

/** Loads older messages until one is here. Rejects with RpcError where it is not among them: hidden, or before one's time. */
export async function reach(conversation: Loaded, { id, find, signal }: Reach): Promise<void> {
  const isHere = () => conversation.messages.get().some((message) => message.id === id)
  while (!signal.aborted && !isHere()) {
    const { seq, conversation_id } = await find()
    const isReached = conversation_id === conversation.id ? await loadBackTo(conversation, seq) : true
    if (isReached && !isHere()) throw new RpcError({ code: 'message_not_found' })
  }
}

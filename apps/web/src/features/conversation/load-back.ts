import type { LiveConversation } from '@parley/client/state'

/** As many as are given at once: one wants to be there soon. */
const PAGE = 200

const oldest = ({ messages }: LiveConversation): number =>
  messages.get().find(({ seq }) => seq !== null)?.seq ?? Infinity

/** Loads older messages until the one at `seq` is here, or there are no more. Rejects with RpcError. */
export async function loadBackTo(conversation: LiveConversation, seq: number): Promise<void> {
  for (let from = oldest(conversation); from > seq && conversation.history.get().hasOlder;) {
    await conversation.loadOlder({ limit: PAGE })
    const reached = oldest(conversation)
    // Closed meanwhile, or begun anew: nothing older comes.
    if (reached >= from) return
    from = reached
  }
}

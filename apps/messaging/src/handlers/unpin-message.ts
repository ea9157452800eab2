import { shardOf, unpinMessage as unpinMessageRpc } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { mayPin, unpinMessage } from '../domain/pin.ts'
import { findOwnView } from '../message-access.ts'

export function unpinMessageHandler({ lanes }: Pick<Deps, 'lanes'>) {
  return handle(unpinMessageRpc, ({ message_id }, { caller, deadline, fail }) =>
    lanes.write(shardOf(message_id), {
      target: { message: message_id },
      deadline,
      apply: (conversation, draft) => {
        const seen = findOwnView({ conversation, draft }, { message_id, userId: caller.user_id })
        if (!seen) throw fail('message_not_found')
        if (!mayPin(seen.conversation, seen.member)) throw fail('forbidden')
        if (seen.conversation.state === 'closed') throw fail('conversation_closed')
        unpinMessage(draft, seen.conversation, message_id)
        return {}
      },
    }),
  )
}

import { deleteMessage as deleteMessageRpc, shardOf } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { deleteMessage, mayDelete } from '../domain/delete.ts'
import { hideMessage } from '../domain/hide.ts'
import { findOwnView } from '../message-access.ts'

export function deleteMessageHandler({ lanes }: Pick<Deps, 'lanes'>) {
  return handle(deleteMessageRpc, (input, { caller, deadline, traceId, fail }) => {
    const { message_id } = input
    return lanes.write(shardOf(message_id), {
      target: { message: message_id },
      deadline,
      traceId,
      apply: (conversation, draft) => {
        const seen = findOwnView({ conversation, draft }, { message_id, userId: caller.user_id })
        if (!seen) throw fail('message_not_found')
        const { member, message } = seen
        if (input.for === 'me') {
          hideMessage(draft, seen.conversation, { member, message })
          return { message_id, conversation_id: message.conversation_id, rev: message.rev }
        }
        if (!mayDelete(message, member)) throw fail('forbidden')
        const { conversation_id, rev } = deleteMessage(seen.conversation, draft, message)
        return { message_id, conversation_id, rev }
      },
    })
  })
}

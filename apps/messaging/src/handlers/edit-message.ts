import { editMessage as editMessageRpc, shardOf } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { editMessage, mayEdit } from '../domain/edit.ts'
import { isBlocked } from '../domain/member.ts'
import { findOwnView } from '../message-access.ts'

export function editMessageHandler({ lanes }: Pick<Deps, 'lanes'>) {
  return handle(editMessageRpc, ({ message_id, content }, { caller, deadline, traceId, fail }) =>
    lanes.write(shardOf(message_id), {
      target: { message: message_id },
      deadline,
      traceId,
      apply: (conversation, draft) => {
        const seen = findOwnView({ conversation, draft }, { message_id, userId: caller.user_id })
        if (!seen) throw fail('message_not_found')
        if (!mayEdit(seen.message, caller.user_id)) throw fail('forbidden')
        // New words would reach the other as a send does.
        if (isBlocked(seen.conversation)) throw fail('forbidden')
        if (seen.message.is_deleted) throw fail('message_deleted')
        if (seen.conversation.state === 'closed') throw fail('conversation_closed')
        const message = editMessage(seen.conversation, draft, { message: seen.message, content })
        const { conversation_id, rev, edited_at } = message
        return { message_id, conversation_id, rev, edited_at, message }
      },
    }),
  )
}

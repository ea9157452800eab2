import { pinMessage as pinMessageRpc, shardOf } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { conversationView } from '../domain/conversation.ts'
import { mayPin, pinMessage } from '../domain/pin.ts'
import { findOwnView } from '../message-access.ts'

export function pinMessageHandler({ lanes }: Pick<Deps, 'lanes'>) {
  return handle(pinMessageRpc, ({ message_id }, { caller, deadline, fail }) =>
    lanes.write(shardOf(message_id), {
      target: { message: message_id },
      deadline,
      apply: (record, draft) => {
        const seen = findOwnView({ conversation: record, draft }, { message_id, userId: caller.user_id })
        if (!seen) throw fail('message_not_found')
        const { conversation, member, message } = seen
        if (!mayPin(conversation, member)) throw fail('forbidden')
        if (message.is_deleted) throw fail('message_deleted')
        if (conversation.state === 'closed') throw fail('conversation_closed')
        if (!pinMessage(draft, conversation, message)) throw fail('too_many_pins')
        return conversationView(conversation, member)
      },
    }),
  )
}

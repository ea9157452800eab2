import { forwardMessage, type Message } from '@parley/protocol'
import { handle, type Context } from '@parley/service-kit'
import type { Draft } from '../domain/draft.ts'
import { sourceIn, type Source } from '../domain/forward.ts'
import type { SendOnce } from './send-once.ts'

export function forwardMessageHandler(sendOnce: SendOnce) {
  return handle(forwardMessage, ({ message_id, ...to }, context) => {
    const { caller, fail } = context
    const source: Source = { user_id: caller.user_id, message_id }
    return sendOnce(
      {
        ...{ conversation_id: to.conversation_id, receiver_id: to.receiver_id, client_id: to.client_id },
        source,
        check: (draft) => void findSource(draft, source, fail),
        compose: (_, { draft }) => {
          const { content, attachments, forwarded_from, sender } = findSource(draft, source, fail)
          return { content, attachments, forwarded_from: forwarded_from ?? sender.id }
        },
      },
      context,
    )
  })
}

function findSource(draft: Draft, source: Source, fail: Context<typeof forwardMessage>['fail']): Message {
  const message = sourceIn(draft, source)
  if (!message) throw fail('message_not_found')
  if (message.is_deleted) throw fail('message_deleted')
  if (message.kind === 'system') throw fail('forbidden')
  return message
}

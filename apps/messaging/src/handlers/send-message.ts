import { pairShard, sendMessage, shardOf, type Message, type Output } from '@parley/protocol'
import { handle, RpcError } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { addMessage } from '../domain/send.ts'
import type { Target } from '../lanes/cache.ts'
import { createFirstContact, notOpened } from './first-contact.ts'

export function sendMessageHandler(deps: Pick<Deps, 'lanes' | 'limiter' | 'cards'>) {
  const { lanes, limiter } = deps
  const afterFirstContact = createFirstContact(deps)

  return handle(sendMessage, (input, { caller, fail, deadline }) => {
    const { client_id = null, content, conversation_id, receiver_id } = input
    const sender_id = caller.user_id
    const send = (shard: number, target: Target) =>
      lanes.write(shard, {
        target,
        deadline,
        ...(client_id !== null && {
          once: { sender_id, client_id, repeated: (first: Message) => sentView(first, true) },
        }),
        apply: (conversation, draft) => {
          // oxlint-disable-next-line typescript/only-throw-error -- a signal to first-contact.ts, which needs no stack
          if (!conversation && 'pair' in target) throw notOpened
          const sender = conversation?.members.get(sender_id)
          if (!conversation || !sender) throw fail('conversation_not_found')
          if (conversation.state === 'closed') throw fail('conversation_closed')
          const retry_after_ms = limiter.take(sender_id)
          if (retry_after_ms > 0) throw new RpcError('rate_limited', { retry_after_ms })
          return sentView(addMessage(conversation, draft, { sender, client_id, content }), false)
        },
      })

    if (conversation_id !== undefined) return send(shardOf(conversation_id), { id: conversation_id })
    const pair = [sender_id, receiver_id as number] as const
    if (pair[0] === pair[1]) {
      throw new RpcError('invalid', { errors: [{ path: 'receiver_id', message: 'must be another person' }] })
    }
    return afterFirstContact(pair, () => send(pairShard(...pair), { pair }), { deadline, fail })
  })
}

function sentView(message: Message, duplicate: boolean): Output<typeof sendMessage> {
  const { client_id, id, conversation_id, seq, rev, created_at } = message
  return { client_id, message_id: id, conversation_id, seq, rev, created_at, duplicate, message }
}

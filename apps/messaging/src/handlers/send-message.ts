import { randomBytes } from 'node:crypto'
import { pairShard, sendMessage, shardOf, type Message, type Output } from '@parley/protocol'
import { handle, RpcError } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { addMessage } from '../domain/send.ts'
import type { ConversationTarget } from '../lanes/cache.ts'
import { createFirstContact, notOpened } from './first-contact.ts'

export function sendMessageHandler(deps: Pick<Deps, 'lanes' | 'limiter' | 'cards'>) {
  const { lanes, limiter } = deps
  const afterFirstContact = createFirstContact(deps)

  return handle(sendMessage, (input, { caller, fail, deadline }) => {
    const { client_id = null, content = '', conversation_id, receiver_id } = input
    const { parent_message_id, quoted_message_id } = input
    const attachments = (input.attachments ?? []).map(linked)
    const sender_id = caller.user_id
    const send = (shard: number, target: ConversationTarget) =>
      lanes.write(shard, {
        target,
        messages: [parent_message_id ?? [], quoted_message_id ?? []].flat(),
        deadline,
        ...(client_id !== null && {
          once: { sender_id, client_id, repeated: (first: Message) => sentView(first, true) },
        }),
        apply: (conversation, draft) => {
          if (!conversation && 'pair' in target) throw notOpened
          const sender = conversation?.members.get(sender_id)
          if (!conversation || !sender) throw fail('conversation_not_found')
          if (conversation.blockers.size > 0) throw fail('forbidden')
          if (conversation.state === 'closed') throw fail('conversation_closed')
          const find = (id: number | undefined): Message | undefined => {
            const found = id === undefined ? undefined : draft.known.get(id)
            if (id !== undefined && found?.conversation_id !== conversation.id)
              throw fail('message_not_found')
            return found
          }
          const parent = find(parent_message_id)
          const quoted = find(quoted_message_id)
          const retry_after_ms = limiter.take(sender_id)
          if (retry_after_ms > 0) throw new RpcError('rate_limited', { retry_after_ms })
          const written = {
            sender,
            client_id,
            content,
            attachments,
            parent,
            quote: quoted ? quoteOf(quoted) : null,
          }
          return sentView(addMessage(conversation, draft, written), false)
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

type Attachment = Message['attachments'][number]

/** An attachment by its link: what lies behind it is not looked at. */
const linked = ({ url, name }: { url: string; name?: string | undefined }): Attachment => ({
  id: randomBytes(16).toString('hex'),
  url,
  name: name ?? null,
  content_type: null,
  size: null,
})

const quoteOf = ({ id, sender, content }: Message): Message['quote'] => ({
  message_id: id,
  sender_id: sender.id,
  content,
})

function sentView(message: Message, duplicate: boolean): Output<typeof sendMessage> {
  const { client_id, id, conversation_id, seq, rev, created_at } = message
  return { client_id, message_id: id, conversation_id, seq, rev, created_at, duplicate, message }
}

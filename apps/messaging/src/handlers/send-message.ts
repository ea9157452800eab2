import { randomBytes } from 'node:crypto'
import { sendMessage, type Message } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { SendOnce } from './send-once.ts'

export function sendMessageHandler(sendOnce: SendOnce) {
  return handle(sendMessage, (input, context) => {
    const { conversation_id, receiver_id, client_id, content = '' } = input
    const { parent_message_id, quoted_message_id } = input
    const { fail } = context
    const attachments = (input.attachments ?? []).map(linked)
    const messages = [parent_message_id ?? [], quoted_message_id ?? []].flat()
    return sendOnce(
      {
        ...{ conversation_id, receiver_id, client_id, messages },
        compose: ({ joined_seq }, { conversation, draft }) => {
          const find = (messageId: number | undefined): Message | undefined => {
            if (messageId === undefined) return undefined
            const found = draft.known.get(messageId)
            // What was said before somebody joined is nothing to them, in a quote neither.
            if (found?.conversation_id !== conversation.id || found.seq <= joined_seq)
              throw fail('message_not_found')
            return found
          }
          const parent = find(parent_message_id)
          const quoted = find(quoted_message_id)
          return { content, attachments, parent, quote: quoted ? quoteOf(quoted) : null }
        },
      },
      context,
    )
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

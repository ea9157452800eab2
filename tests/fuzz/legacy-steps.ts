import * as fc from 'fast-check'
import * as z from 'zod'
import { inputOf, type Fields, type Known } from './values.ts'

/** A frame of a client that was written for another back end, on a socket of its own. */
export interface LegacyStep {
  kind: 'legacy'
  who: number
  /** Where the socket is; `{conversation}` and `{message}` stand for ids of the system that is tried. */
  place: string
  fields: Fields
}

const places = [
  '/ws/messaging/',
  '/ws/chat/?since={message}',
  '/ws/conversations/{conversation}',
  '/ws/notifications/',
  '/ws/chat/{conversation}/',
  '/community/ws/chat/{conversation}/?since={message}',
  '/school/ws/chat/',
  '/ws/chat/{conversation}/?dialect=support',
]
const types = [
  ...['message', 'chat_message', 'typing', 'typing_indicator', 'read_receipt', 'message_reaction'],
  ...['message_edit', 'message_delete', 'ping', 'subscribe', 'authenticate'],
] as const

const id = z.union([z.int(), z.string().max(20)]).optional()
/** All that any dialect reads: what is none of a frame's own is one more thing to bear. */
const fields = z.object({
  ...{ receiver_id: id, conversation_id: id, message_id: id, parent_message_id: id },
  type: z.enum(types).optional(),
  message: z.string().max(4_000).optional(),
  content: z.string().max(4_000).optional(),
  emoji: z.enum(['👍', '❤️', '😂']).optional(),
  attachment: z.union([z.url(), z.literal(''), z.null()]).optional(),
  is_typing: z.boolean().optional(),
  client_id: z.uuid().optional(),
  subscription_type: z.string().optional(),
  data: z.object({ conversation_id: id, content: z.string().optional(), is_typing: z.boolean().optional() }),
})

export const legacyStep = (who: fc.Arbitrary<number>): fc.Arbitrary<LegacyStep> =>
  fc.record({
    kind: fc.constant('legacy' as const),
    who,
    place: fc.constantFrom(...places),
    fields: inputOf(fields),
  })

/** The address of a place, but for the token; it is the same for as long as the people are. */
export const addressOf = (place: string, { conversation, message }: Known): string =>
  place.replace('{conversation}', String(conversation[0] ?? 0)).replace('{message}', String(message[0] ?? 0))

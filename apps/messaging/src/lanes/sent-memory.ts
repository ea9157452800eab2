import type { Message } from '@parley/protocol'
import type { Draft } from '../domain/draft.ts'
import type { SentKey } from '../store/messages.ts'

const key = ({ conversation_id, sender_id, client_id }: SentKey): string =>
  `${conversation_id}:${sender_id}:${client_id.toLowerCase()}`

/** The client ids of a draft's messages. */
export const sentKeys = ({ messages }: Draft): SentKey[] =>
  messages.flatMap(({ conversation_id, sender, client_id }) =>
    client_id === null ? [] : [{ conversation_id, sender_id: sender.id, client_id }],
  )

/** The newest sends of a lane by client id: a repeat is mostly one of these, and needs no look into the database. */
export class SentMemory {
  readonly #most: number
  readonly #messages = new Map<string, Message>()

  constructor(most: number) {
    this.#most = most
  }

  find(sent: SentKey): Message | undefined {
    return this.#messages.get(key(sent))
  }

  remember(message: Message): void {
    const { conversation_id, sender, client_id } = message
    if (client_id === null) return
    this.#messages.set(key({ conversation_id, sender_id: sender.id, client_id }), message)
    if (this.#messages.size > this.#most) this.#messages.delete(this.#messages.keys().next().value as string)
  }

  forget(keys: readonly SentKey[]): void {
    for (const sent of keys) this.#messages.delete(key(sent))
  }
}

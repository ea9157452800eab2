import type { Message } from '@parley/protocol'
import type { SentKey } from '../store/messages.ts'

const keyOf = ({ conversation_id, sender_id, client_id }: SentKey): string =>
  `${conversation_id}:${sender_id}:${client_id.toLowerCase()}`

/** The client ids of messages. */
export const sentKeys = (messages: readonly Message[]): SentKey[] =>
  messages.flatMap(({ conversation_id, sender, client_id }) =>
    client_id === null ? [] : [{ conversation_id, sender_id: sender.id, client_id }],
  )

/**
 * Which client ids a lane has seen lately: a repeat of one of these undoes no batch. It holds no messages, since what
 * outlives its batch is what the garbage collector has to carry.
 */
export class SentMemory {
  readonly #most: number
  readonly #keys = new Set<string>()

  constructor(most: number) {
    this.#most = most
  }

  has(sent: SentKey): boolean {
    return this.#keys.has(keyOf(sent))
  }

  remember(sent: readonly SentKey[]): void {
    for (const key of sent) {
      this.#keys.add(keyOf(key))
      if (this.#keys.size > this.#most) this.#keys.delete(this.#keys.values().next().value as string)
    }
  }

  forget(sent: readonly SentKey[]): void {
    for (const key of sent) this.#keys.delete(keyOf(key))
  }
}

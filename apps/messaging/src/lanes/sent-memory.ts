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
 * outlives its batch is what the garbage collector has to carry. The older half is dropped as a whole: to find the oldest
 * entry of a set, V8 walks over all places that deleted ones have left.
 */
export class SentMemory {
  readonly #half: number
  #keys = new Set<string>()
  #older = new Set<string>()

  /** Holds the last half of `most` for certain, and never more than that many. */
  constructor(most: number) {
    this.#half = Math.ceil(most / 2)
  }

  has(sent: SentKey): boolean {
    const key = keyOf(sent)
    return this.#keys.has(key) || this.#older.has(key)
  }

  remember(sent: readonly SentKey[]): void {
    for (const key of sent) {
      this.#keys.add(keyOf(key))
      if (this.#keys.size < this.#half) continue
      this.#older = this.#keys
      this.#keys = new Set()
    }
  }

  forget(sent: readonly SentKey[]): void {
    for (const key of sent.map(keyOf)) {
      this.#keys.delete(key)
      this.#older.delete(key)
    }
  }
}

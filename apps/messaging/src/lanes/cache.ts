import { pairKey, type ConversationRecord } from '../domain/conversation.ts'

/** A conversation: by id, the direct one of two people, or what somebody made under a client id. */
export type ConversationTarget =
  { id: number } | { pair: readonly [number, number] } | { made: { by: number; client_id: string } }
/** Which conversation an operation is about; by a message, the one that it stands in. */
export type Target = ConversationTarget | { message: number }

const madeKey = ({ by, client_id }: { by: number; client_id: string }): string =>
  `${by}/${client_id.toLowerCase()}`

/** What else a conversation is found by, besides its id. */
const keysOf = ({ pair, made }: ConversationRecord): string[] => [
  ...(pair ? [pairKey(...pair)] : []),
  ...(made ? [madeKey(made)] : []),
]

/** The conversations that a lane's owner holds; the least recently used leave first. */
export interface ConversationCache {
  get(target: ConversationTarget): ConversationRecord | undefined
  put(conversation: ConversationRecord): void
  evict(conversation: ConversationRecord): void
  values(): Iterable<ConversationRecord>
}

export function createConversationCache(most: number): ConversationCache {
  const byId = new Map<number, ConversationRecord>()
  const idByKey = new Map<string, number>()

  const evict = (conversation: ConversationRecord): void => {
    byId.delete(conversation.id)
    for (const key of keysOf(conversation)) idByKey.delete(key)
  }
  return {
    get: (target) => {
      const id =
        'id' in target
          ? target.id
          : idByKey.get('pair' in target ? pairKey(...target.pair) : madeKey(target.made))
      const conversation = id === undefined ? undefined : byId.get(id)
      if (conversation) {
        byId.delete(conversation.id)
        byId.set(conversation.id, conversation)
      }
      return conversation
    },
    put: (conversation) => {
      byId.set(conversation.id, conversation)
      for (const key of keysOf(conversation)) idByKey.set(key, conversation.id)
      if (byId.size <= most) return
      const [oldest] = byId.values()
      if (oldest) evict(oldest)
    },
    evict,
    values: () => byId.values(),
  }
}

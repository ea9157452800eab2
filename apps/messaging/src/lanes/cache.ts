import type { ConversationRecord } from '../domain/conversation.ts'

/** A conversation: by id, or the direct one of two people. */
export type ConversationTarget = { id: number } | { pair: readonly [number, number] }
/** Which conversation an operation is about; by a message, the one that it stands in. */
export type Target = ConversationTarget | { message: number }

const pairKey = (a: number, b: number): string => (a < b ? `${a}:${b}` : `${b}:${a}`)

/** The conversations that a lane's owner holds; the least recently used leave first. */
export interface ConversationCache {
  get(target: ConversationTarget): ConversationRecord | undefined
  put(conversation: ConversationRecord): void
  evict(conversation: ConversationRecord): void
  values(): Iterable<ConversationRecord>
}

export function createConversationCache(most: number): ConversationCache {
  const byId = new Map<number, ConversationRecord>()
  const idByPair = new Map<string, number>()

  const evict = (conversation: ConversationRecord): void => {
    byId.delete(conversation.id)
    if (conversation.pair) idByPair.delete(pairKey(...conversation.pair))
  }
  return {
    get: (target) => {
      const id = 'id' in target ? target.id : idByPair.get(pairKey(...target.pair))
      const conversation = id === undefined ? undefined : byId.get(id)
      if (conversation) {
        byId.delete(conversation.id)
        byId.set(conversation.id, conversation)
      }
      return conversation
    },
    put: (conversation) => {
      byId.set(conversation.id, conversation)
      if (conversation.pair) idByPair.set(pairKey(...conversation.pair), conversation.id)
      if (byId.size <= most) return
      const [oldest] = byId.values()
      if (oldest) evict(oldest)
    },
    evict,
    values: () => byId.values(),
  }
}

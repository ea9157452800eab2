import { pairKey, type ConversationRecord } from '../domain/conversation.ts'

/** A conversation: by id, the direct one of two people, what somebody made under a client id, or a person's open support. */
export type ConversationTarget =
  | { id: number }
  | { pair: readonly [number, number] }
  | { made: { by: number; client_id: string } }
  | { support: number }
/** Which conversation an operation is about; by a message, the one that it stands in. */
export type Target = ConversationTarget | { message: number }

const madeKey = ({ by, client_id }: { by: number; client_id: string }): string =>
  `${by}/${client_id.toLowerCase()}`

const supportKey = (personId: number): string => `support/${personId}`

/** What else a conversation is found by, besides its id. */
const keysOf = ({ pair, made, support }: ConversationRecord): string[] => [
  ...(pair ? [pairKey(...pair)] : []),
  ...(made ? [madeKey(made)] : []),
  ...(support ? [supportKey(support.person_id)] : []),
]

/** What a conversation takes of the cache: one with many members as much as many conversations. */
const weightOf = ({ members }: ConversationRecord): number => 1 + Math.floor(members.size / 32)

function keyOf(target: Exclude<ConversationTarget, { id: number }>): string {
  if ('pair' in target) return pairKey(...target.pair)
  return 'made' in target ? madeKey(target.made) : supportKey(target.support)
}

/** A closed support conversation, which is found by its id alone. */
const isPast = ({ support, state }: ConversationRecord): boolean => support !== null && state === 'closed'

/** The conversations that a lane's owner holds; the least recently used leave first. */
export interface ConversationCache {
  get(target: ConversationTarget): ConversationRecord | undefined
  put(conversation: ConversationRecord): void
  evict(conversation: ConversationRecord): void
  /** Lets go of what is too much. Between batches only: a batch needs all that was loaded for it. */
  trim(): void
  values(): Iterable<ConversationRecord>
}

interface Entry {
  conversation: ConversationRecord
  weight: number
  /** The batch that it was last used in. */
  batch: number
}

export function createConversationCache(most: number): ConversationCache {
  const entries = new Map<number, Entry>()
  const idByKey = new Map<string, number>()
  let total = 0
  let batch = 0

  const remove = (id: number): void => {
    total -= entries.get(id)?.weight ?? 0
    entries.delete(id)
  }
  /** As the most recently used, by its present weight. */
  const set = (conversation: ConversationRecord): void => {
    const weight = weightOf(conversation)
    remove(conversation.id)
    entries.set(conversation.id, { conversation, weight, batch })
    total += weight
  }
  const evict = (conversation: ConversationRecord): void => {
    remove(conversation.id)
    // A closed support conversation has had its key taken by the next one.
    for (const key of keysOf(conversation)) if (idByKey.get(key) === conversation.id) idByKey.delete(key)
  }
  return {
    get: (target) => {
      const id = 'id' in target ? target.id : idByKey.get(keyOf(target))
      const entry = id === undefined ? undefined : entries.get(id)
      if (!entry || ('support' in target && isPast(entry.conversation))) return undefined
      // Once a batch: what is used in one is not let go of before its end, in whichever order.
      if (entry.batch !== batch) set(entry.conversation)
      return entry.conversation
    },
    put: (conversation) => {
      set(conversation)
      if (!isPast(conversation)) for (const key of keysOf(conversation)) idByKey.set(key, conversation.id)
    },
    evict,
    trim: () => {
      batch++
      if (total <= most) return
      for (const { conversation } of entries.values()) {
        if (total <= most || entries.size === 1) return
        evict(conversation)
      }
    },
    values: function* () {
      for (const { conversation } of entries.values()) yield conversation
    },
  }
}

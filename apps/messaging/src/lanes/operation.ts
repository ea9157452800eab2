import type { Message } from '@parley/protocol'
import type { ConversationRecord } from '../domain/conversation.ts'
import type { Draft } from '../domain/draft.ts'
import type { Target } from './cache.ts'

/** One change of one conversation, as its handler asks for it. */
export interface Operation<T> {
  target: Target
  /** Further stored messages that `apply` will look for in the draft. */
  messages?: readonly number[]
  /** When the caller gives up, in milliseconds of `performance.now()`. */
  deadline: number
  /** Changes the record and the draft, at once and in the order of asking. Throws before it changes anything. */
  apply: (conversation: ConversationRecord | undefined, draft: Draft) => T
  /** For a send: a repeat by the same sender in the same conversation gives the first message instead. */
  once?: { sender_id: number; client_id: string; repeated: (first: Message) => T }
}

export interface Waiting extends Operation<unknown> {
  resolve: (outcome: unknown) => void
  reject: (err: unknown) => void
}

import type { Message } from '@parley/protocol'
import { isFault, RpcError, unavailable, type TraceSpan, type Tracing } from '@parley/service-kit'
import type { ConversationRecord } from '../domain/conversation.ts'
import type { Draft } from '../domain/draft.ts'
import type { Source } from '../domain/forward.ts'
import type { Outgoing } from '../domain/outgoing.ts'
import type { Target } from './cache.ts'

/** One change of one conversation, as its handler asks for it. */
export interface Operation<T> {
  target: Target
  /** Further stored messages that `apply` will look for in the draft. */
  messages?: readonly number[]
  /** A message of any conversation, which `apply` finds in the draft if that person may read it. */
  source?: Source
  /** People whom `apply` may add, or whose switches it applies. Of a pair without a conversation both may join. */
  joining?: readonly number[]
  /** Reads more of the store, which holds all that was written before: such an operation has its batch to itself. */
  read?: () => Promise<void>
  /** Of the request that asks. */
  traceId?: string
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

interface Waited<T> {
  tracing: Tracing | undefined
  resolve: (outcome: T) => void
  reject: (err: unknown) => void
}

export function toWaiting<T>(operation: Operation<T>, { tracing, resolve, reject }: Waited<T>): Waiting {
  const { traceId, apply } = operation
  // The queue mixes outcomes; each reaches its own caller.
  const waiting = { ...operation, resolve, reject } as Waiting
  const span = traceId === undefined ? undefined : tracing?.beginWithin('lane', traceId)
  if (!span) return waiting
  return {
    ...waiting,
    apply: (conversation, draft) => {
      const told = draft.outgoing.length
      const outcome = apply(conversation, draft)
      carryOn(draft.outgoing.slice(told), span)
      return outcome
    },
    resolve: (outcome) => {
      span.end()
      waiting.resolve(outcome)
    },
    reject: (err) => {
      span.end({ isFailed: !(err instanceof RpcError) || isFault(err.code) })
      reject(err)
    },
  }
}

/** What an operation tells carries its trace on. */
function carryOn(told: readonly Outgoing[], { traceparent }: TraceSpan): void {
  for (const outgoing of told) if (traceparent !== undefined) outgoing.trace = traceparent
}

const MOST_OPERATIONS = 128

/**
 * Takes the operations of the next batch off the queue. Those for which nobody waits any more are refused before anything is done
 * for them: they would make all others late.
 */
export function takeBatch(queue: Waiting[]): Waiting[] {
  const first = queue.slice(0, MOST_OPERATIONS)
  const reading = first.findIndex(({ read }) => read !== undefined)
  const taken = queue.splice(0, reading === -1 ? first.length : Math.max(1, reading))
  const now = performance.now()
  return taken.filter((operation) => !refuseLate(operation, now))
}

/** Whether its caller has given up by now; it is refused then. */
export function refuseLate({ deadline, reject }: Waiting, now: number): boolean {
  if (deadline > now) return false
  reject(unavailable())
  return true
}

import { pairShard, shardOf, type Message, type Output, type sendMessage } from '@parley/protocol'
import { RpcError } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import type { ConversationRecord, MemberRecord } from '../domain/conversation.ts'
import type { Draft } from '../domain/draft.ts'
import { maySend, memberFor } from '../domain/member.ts'
import { addMessage, type Written } from '../domain/send.ts'
import { takePart } from '../domain/support.ts'
import type { ConversationTarget } from '../lanes/cache.ts'
import type { Operation } from '../lanes/operation.ts'
import { createFirstContact, notOpened } from './first-contact.ts'

export interface Asked extends Pick<Operation<unknown>, 'messages' | 'source'> {
  conversation_id: number | undefined
  receiver_id: number | undefined
  client_id: string | undefined
  /** Refuses before a conversation is opened for it. */
  check?: (draft: Draft) => void
  /** What the message will be, as somebody writes it; may refuse. */
  compose: (sender: MemberRecord, place: Place) => Omit<Written, 'sender' | 'client_id'>
}

export interface Place {
  conversation: ConversationRecord
  draft: Draft
}

export interface Asking {
  caller: { user_id: number }
  traceId: string
  deadline: number
  fail: (code: 'conversation_not_found' | 'conversation_closed' | 'user_not_found' | 'forbidden') => RpcError
}

export type Sent = Output<typeof sendMessage>
export type SendOnce = (asked: Asked, asking: Asking) => Promise<Sent>

/** Whatever a person adds to a conversation goes through here: one set of rules, one order, and a repeat gives the first message. */
export function createSendOnce(deps: Pick<Deps, 'lanes' | 'limiter' | 'cards'>): SendOnce {
  const { lanes } = deps
  const afterFirstContact = createFirstContact(deps)

  return async (asked, asking) => {
    const { conversation_id, receiver_id, client_id } = asked
    const sender_id = asking.caller.user_id
    const send = (shard: number, target: ConversationTarget) =>
      lanes.write(shard, {
        target,
        ...(asked.messages && { messages: asked.messages }),
        ...(asked.source && { source: asked.source }),
        deadline: asking.deadline,
        traceId: asking.traceId,
        ...(client_id !== undefined && {
          once: { sender_id, client_id, repeated: (first: Message) => sentView(first, true) },
        }),
        apply: (conversation, draft) => {
          asked.check?.(draft)
          if (!conversation && 'pair' in target) throw notOpened
          return write(deps, { conversation, draft, asked, asking })
        },
      })

    if (conversation_id !== undefined) return send(shardOf(conversation_id), { id: conversation_id })
    const pair = [sender_id, receiver_id as number] as const
    if (pair[0] === pair[1]) {
      throw new RpcError('invalid', { errors: [{ path: 'receiver_id', message: 'must be another person' }] })
    }
    return afterFirstContact(pair, () => send(pairShard(...pair), { pair }), asking)
  }
}

interface Writing {
  conversation: ConversationRecord | undefined
  draft: Draft
  asked: Asked
  asking: Asking
}

function write({ limiter }: Pick<Deps, 'limiter'>, { conversation, draft, asked, asking }: Writing): Sent {
  const { caller, fail } = asking
  const sender = memberFor(conversation, caller.user_id)
  if (!conversation || !sender) throw fail('conversation_not_found')
  if (!maySend(conversation, sender)) throw fail('forbidden')
  if (conversation.state === 'closed') throw fail('conversation_closed')
  const composed = asked.compose(sender, { conversation, draft })
  const retry_after_ms = limiter.take(caller.user_id)
  if (retry_after_ms > 0) throw new RpcError('rate_limited', { retry_after_ms })
  const written = { ...composed, sender, client_id: asked.client_id ?? null }
  if (!conversation.members.has(caller.user_id)) takePart(draft, conversation, sender)
  return sentView(addMessage(conversation, draft, written), false)
}

function sentView(message: Message, duplicate: boolean): Sent {
  const { client_id, id, conversation_id, seq, rev, created_at } = message
  return { client_id, message_id: id, conversation_id, seq, rev, created_at, duplicate, message }
}

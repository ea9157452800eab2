import type { Environment } from './environment.ts'
import { RpcError } from './errors.ts'
import type { Queue, Work } from './outbox.ts'
import { Cell } from './source.ts'
import type { Message, SendAck, SendFields } from './wire.ts'

/** A message of one's own as the device knows it, from the call of `send` until its echo has come. */
export interface LocalMessage {
  client_id: string
  fields: SendFields
  created_at: string
  /** `failed` is final: the server refused it. Whatever may still succeed is `sending`. */
  state: 'sending' | 'sent' | 'failed'
  ack?: SendAck
  error?: { code: string; message: string }
}

interface Entry {
  message: LocalMessage
  order: number
  promise: PromiseWithResolvers<SendAck>
  /** No echo has come although a sync ended since the ack. */
  isOverdue?: boolean
}

export interface LocalMessagesOptions {
  environment: Pick<Environment, 'now' | 'report'>
  /** Keeps what is not acknowledged. */
  save: (messages: LocalMessage[]) => void
  /** Rises with each call. */
  order: () => number
  /** Whether the events of a conversation have been told up to a rev. */
  isTold: (conversation_id: number, rev: number) => boolean
  /** The server has it, or will not have it: whoever waits to change it can go on. */
  settled: (client_id: string, outcome: SendAck | RpcError) => void
}

/** Messages of one conversation go one after the other, so that no retry overtakes. */
export const laneOf = ({ conversation_id, receiver_id }: SendFields): string =>
  conversation_id == null ? `to ${receiver_id}` : `${conversation_id}`

function deferred(): PromiseWithResolvers<SendAck> {
  const promise = Promise.withResolvers<SendAck>()
  // The state tells it as well: who does not await the promise has missed nothing.
  promise.promise.catch(() => {})
  return promise
}

/** Own messages that are not yet among the received ones, in the order of sending, with their states. */
export class LocalMessages implements Queue {
  readonly #options: LocalMessagesOptions
  readonly #entries = new Map<string, Entry>()
  /** What an earlier client left must be read before anything is written over it. */
  #isRestored = false
  readonly all: Cell<readonly LocalMessage[]>

  constructor(options: LocalMessagesOptions) {
    this.#options = options
    this.all = new Cell<readonly LocalMessage[]>([], options.environment.report)
  }

  /** Puts what an earlier client left before what is there. */
  restore(messages: readonly LocalMessage[]): void {
    this.#isRestored = true
    const added = [...this.#entries]
    this.#entries.clear()
    for (const [n, message] of messages.entries())
      this.#entries.set(message.client_id, { message, promise: deferred(), order: n - messages.length })
    for (const [client_id, entry] of added) this.#entries.set(client_id, entry)
    this.#changed()
  }

  /** The promise settles with the message. */
  add(client_id: string, fields: SendFields): Promise<SendAck> {
    const created_at = new Date(this.#options.environment.now()).toISOString()
    const message: LocalMessage = { client_id, fields, created_at, state: 'sending' }
    const entry: Entry = { message, promise: deferred(), order: this.#options.order() }
    this.#entries.set(client_id, entry)
    this.#changed()
    return entry.promise.promise
  }

  lanes(): readonly string[] {
    return this.all.get().map(({ fields }) => laneOf(fields))
  }

  due(lane: string): Work<'chat_message'> | undefined {
    for (const { message, order } of this.#entries.values()) {
      const { client_id, fields, state } = message
      if (state !== 'sending' || laneOf(fields) !== lane) continue
      return {
        order,
        type: 'chat_message',
        fields: { ...fields, client_id },
        // The fields that the definition of the operation names.
        accept: (answer) => this.accept(client_id, answer as SendAck),
        refuse: (error) => this.refuse(client_id, error),
      }
    }
    return undefined
  }

  accept(client_id: string, ack: SendAck): void {
    const entry = this.#entries.get(client_id)
    entry?.promise.resolve(ack)
    // One that another tab has sent may have come back before it was taken over.
    if (ack.duplicate && this.#options.isTold(ack.conversation_id, ack.rev)) this.#forget(client_id)
    else if (entry) this.#set(entry, { ...entry.message, state: 'sent', ack })
    this.#options.settled(client_id, ack)
  }

  refuse(client_id: string, error: RpcError): void {
    const entry = this.#entries.get(client_id)
    entry?.promise.reject(error)
    const { code, message } = error
    if (entry) this.#set(entry, { ...entry.message, state: 'failed', error: { code, message } })
    this.#options.settled(client_id, error)
  }

  /** Nobody sends for now: tells those who wait, and keeps the messages. */
  interrupt(error: RpcError): void {
    for (const { message, promise } of this.#entries.values())
      if (message.state === 'sending') promise.reject(error)
  }

  /** Makes a failed message one to be sent again. */
  revive(client_id: string): { fields: SendFields; acked: Promise<SendAck> } {
    const entry = this.#failed(client_id)
    const { error: _, ...message } = entry.message
    entry.promise = deferred()
    this.#set(entry, { ...message, state: 'sending' })
    return { fields: message.fields, acked: entry.promise.promise }
  }

  /** Forgets a failed message. */
  discard(client_id: string): void {
    this.#failed(client_id)
    this.#forget(client_id)
  }

  /** Forgets everything, also what is kept and was not read. */
  clear(): void {
    this.interrupt(new RpcError({ code: 'signed_out' }))
    this.#isRestored = true
    this.#entries.clear()
    this.#changed()
  }

  /** A message came back with the events: it is committed, whether its ack came or not. */
  echoed(message: Message): void {
    const entry = message.client_id === null ? undefined : this.#entries.get(message.client_id)
    if (!entry) return
    const { client_id, id: message_id, conversation_id, seq, rev, created_at } = message
    const ack = { client_id, message_id, conversation_id, seq, rev, created_at, duplicate: false }
    entry.promise.resolve(ack)
    this.#forget(entry.message.client_id)
    this.#options.settled(entry.message.client_id, ack)
  }

  /** All events up to a point have come: acknowledged messages do not wait for their echo for ever. */
  caughtUp(): void {
    const sent = [...this.#entries.values()].filter(({ message }) => message.state === 'sent')
    for (const entry of sent) {
      if (entry.isOverdue) this.#entries.delete(entry.message.client_id)
      entry.isOverdue = true
    }
    if (sent.length > 0) this.#changed()
  }

  #forget(client_id: string): void {
    this.#entries.delete(client_id)
    this.#changed()
  }

  #failed(client_id: string): Entry {
    const entry = this.#entries.get(client_id)
    if (entry?.message.state !== 'failed')
      throw new RpcError({ code: 'invalid', detail: `client_id: ${client_id} is no failed message` })
    return entry
  }

  #set(entry: Entry, message: LocalMessage): void {
    entry.message = message
    this.#changed()
  }

  #changed(): void {
    const messages = [...this.#entries.values()].map(({ message }) => message)
    this.all.set(messages)
    if (this.#isRestored) this.#options.save(messages.filter(({ state }) => state !== 'sent'))
  }
}

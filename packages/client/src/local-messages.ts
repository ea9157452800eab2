import type { Environment } from './environment.ts'
import { RpcError } from './errors.ts'
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
  promise: PromiseWithResolvers<SendAck>
  /** No echo has come although a sync ended since the ack. */
  isOverdue?: boolean
}

export interface LocalMessagesOptions {
  environment: Pick<Environment, 'now' | 'report'>
  /** Keeps what is not acknowledged. */
  save: (messages: LocalMessage[]) => void
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
export class LocalMessages {
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
    for (const message of messages) this.#entries.set(message.client_id, { message, promise: deferred() })
    for (const [client_id, entry] of added) this.#entries.set(client_id, entry)
    this.#changed()
  }

  /** The promise settles with the message. */
  add(client_id: string, fields: SendFields): Promise<SendAck> {
    const created_at = new Date(this.#options.environment.now()).toISOString()
    const entry: Entry = { message: { client_id, fields, created_at, state: 'sending' }, promise: deferred() }
    this.#entries.set(client_id, entry)
    this.#changed()
    return entry.promise.promise
  }

  /** The next message of a lane. */
  due(lane: string): LocalMessage | undefined {
    return this.all.get().find((message) => message.state === 'sending' && laneOf(message.fields) === lane)
  }

  accept(client_id: string, ack: SendAck): void {
    const entry = this.#entries.get(client_id)
    entry?.promise.resolve(ack)
    if (entry) this.#set(entry, { ...entry.message, state: 'sent', ack })
  }

  refuse(client_id: string, error: RpcError): void {
    const entry = this.#entries.get(client_id)
    entry?.promise.reject(error)
    const { code, message } = error
    if (entry) this.#set(entry, { ...entry.message, state: 'failed', error: { code, message } })
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
    this.#entries.delete(client_id)
    this.#changed()
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
    entry.promise.resolve({ client_id, message_id, conversation_id, seq, rev, created_at, duplicate: false })
    this.#entries.delete(entry.message.client_id)
    this.#changed()
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

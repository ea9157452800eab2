import type { Environment } from './environment.ts'
import type { RpcError } from './errors.ts'
import type { Left } from './kept.ts'
import { type LocalChange, LocalChanges } from './local-changes.ts'
import { laneOf, type LocalMessage, LocalMessages } from './local-messages.ts'
import { Outbox } from './outbox.ts'
import type { Requests } from './requests.ts'
import type { SendAck, SendFields } from './wire.ts'

export interface OutgoingOptions {
  environment: Environment
  requests: Pick<Requests, 'call'>
  /** Keeps what is not acknowledged. */
  save: { messages: (messages: LocalMessage[]) => void; changes: (changes: LocalChange[]) => void }
  /** Whether the events of a conversation have been told up to a rev. */
  isTold: (conversation_id: number, rev: number) => boolean
  hasArrived: (change: LocalChange, rev: number) => boolean
  /** Something is to be sent. */
  added: () => void
}

/** Everything of one's own that is on its way: messages, and changes of messages. */
export class Outgoing {
  readonly messages: LocalMessages
  readonly changes: LocalChanges
  readonly #options: OutgoingOptions
  readonly #outbox: Outbox
  #calls = 0

  constructor(options: OutgoingOptions) {
    const { environment, requests, save, isTold, hasArrived } = options
    const order = () => (this.#calls += 1)
    this.#options = options
    this.messages = new LocalMessages({
      environment,
      save: save.messages,
      order,
      isTold,
      settled: (client_id, outcome) => this.changes.settled(client_id, outcome),
    })
    this.changes = new LocalChanges({
      report: environment.report,
      save: save.changes,
      order,
      wake: (lane) => this.#wake(lane),
      hasArrived,
    })
    this.#outbox = new Outbox({ environment, requests, queues: [this.messages, this.changes] })
  }

  restore({ messages, changes }: Pick<Left, 'messages' | 'changes'>): void {
    this.messages.restore(messages)
    this.changes.restore(changes)
  }

  /** What another client has left is sent from here. */
  adopt(left: Pick<Left, 'messages' | 'changes'>): void {
    this.restore(left)
    this.#outbox.wakeAll()
  }

  start(): void {
    this.#outbox.start()
  }

  /** Sends no more; what is not acknowledged stays for the next start. */
  stop(error: RpcError): void {
    this.#outbox.stop(error)
  }

  clear(): void {
    this.messages.clear()
    this.changes.clear()
  }

  send(client_id: string, fields: SendFields): Promise<SendAck> {
    const acked = this.messages.add(client_id, fields)
    this.#wake(laneOf(fields))
    return acked
  }

  /** Sends a failed message again. */
  retry(client_id: string): Promise<SendAck> {
    const { fields, acked } = this.messages.revive(client_id)
    this.#wake(laneOf(fields))
    return acked
  }

  #wake(lane: string): void {
    this.#options.added()
    this.#outbox.wake(lane)
  }
}

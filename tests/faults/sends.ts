import type { Frame } from '../client/socket.ts'
import { isRetryable, type Notes } from './notes.ts'
import type { Random } from './random.ts'

/** What an acknowledgement says. */
export interface Ack {
  message_id: number
  seq: number
  rev: number
}

/** One message that somebody wants to be sent, and all that became of it. */
export interface Send {
  client_id: string
  conversation_id: number
  content: string
  /** Tried once and given up without an answer: it may be stored or not. All others are repeated until acknowledged. */
  isOnce: boolean
  acks: Ack[]
  /** In milliseconds of `performance.now()`, as are the others. */
  begunAt: number
  ackedAt?: number
  /** When the other one's client applied it. */
  appliedAt?: number
}

export function acknowledge(send: Send, ack: Ack): void {
  send.acks.push(ack)
  send.ackedAt ??= performance.now()
}

interface Pending {
  send: Send
  answerBy: number
  againAt: number
}

/** A send ends in an ack or an explicit failure within this time. */
export const ANSWER_MS = 15_000
const AGAIN_MS = 500

export interface SocketSendsOptions {
  /** False when there is no session to send over now. */
  transmit: (frame: Frame) => boolean
  random: Random
  notes: Notes
}

/** What is sent over a socket and is not acknowledged yet: repeated with the same `client_id`, in order after a reconnect. */
export class SocketSends {
  readonly #options: SocketSendsOptions
  readonly #pending = new Map<string, Pending>()

  constructor(options: SocketSendsOptions) {
    this.#options = options
  }

  get isEmpty(): boolean {
    return this.#pending.size === 0
  }

  add(send: Send): void {
    const pending = { send, answerBy: Infinity, againAt: Infinity }
    this.#pending.set(send.client_id, pending)
    this.#transmit(pending)
  }

  /** A session is open: first of all what the last one left open. */
  resend(): void {
    for (const pending of this.#pending.values()) this.#transmit(pending)
  }

  /** The session is gone, and with it the answers. */
  disconnected(): void {
    for (const pending of this.#pending.values()) pending.answerBy = pending.againAt = Infinity
  }

  look(): void {
    const now = performance.now()
    for (const pending of this.#pending.values()) {
      if (pending.answerBy < now) {
        this.#options.notes.faults.push(`no answer within ${ANSWER_MS} ms to ${pending.send.content}`)
        this.#transmit(pending)
      } else if (pending.againAt < now) this.#transmit(pending)
    }
  }

  /** True when the frame answers one of these. */
  receive(frame: Frame): boolean {
    const pending = this.#pending.get(String(frame['client_id']))
    if (!pending) return false
    if (frame.type === 'ack') {
      acknowledge(pending.send, frame as unknown as Ack)
      this.#pending.delete(pending.send.client_id)
    } else this.#refused(pending, frame)
    return true
  }

  #refused(pending: Pending, { code, retry_after_ms }: Frame): void {
    const { notes, random } = this.#options
    notes.refused += 1
    if (!isRetryable(code)) notes.faults.push(`${pending.send.content} was refused for good: ${String(code)}`)
    pending.answerBy = Infinity
    pending.againAt = performance.now() + Number(retry_after_ms ?? AGAIN_MS) * (0.5 + random.next())
  }

  #transmit(pending: Pending): void {
    const { client_id, conversation_id, content } = pending.send
    const isSent = this.#options.transmit({ type: 'chat_message', client_id, conversation_id, content })
    pending.againAt = Infinity
    pending.answerBy = isSent ? performance.now() + ANSWER_MS : Infinity
  }
}

import type { Frame } from '../client/socket.ts'
import { isRetryable, type Notes } from './notes.ts'
import type { Random } from './random.ts'

/** A frame that is to be acknowledged. */
export interface Command {
  /** Has a `ref` of its own. */
  frame: Frame
  onAck: (ack: Frame) => void
}

interface Pending extends Command {
  answerBy: number
  againAt: number
}

/** A command ends in an ack or an explicit failure within this time. */
export const ANSWER_MS = 15_000
const AGAIN_MS = 500

export interface CommandsOptions {
  /** False when there is no session to send over now. */
  transmit: (frame: Frame) => boolean
  random: Random
  notes: Notes
}

/** What was asked over a socket and is not acknowledged yet: repeated as it is, in order after a reconnect. */
export class Commands {
  readonly #options: CommandsOptions
  readonly #pending = new Map<unknown, Pending>()

  constructor(options: CommandsOptions) {
    this.#options = options
  }

  /** How many wait for their ack. */
  get count(): number {
    return this.#pending.size
  }

  add(command: Command): void {
    const pending = { ...command, answerBy: Infinity, againAt: Infinity }
    this.#pending.set(command.frame['ref'], pending)
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
        this.#options.notes.faults.push(
          `no answer within ${ANSWER_MS} ms to ${JSON.stringify(pending.frame)}`,
        )
        this.#transmit(pending)
      } else if (pending.againAt < now) this.#transmit(pending)
    }
  }

  /** False when the answer is to none of these. */
  receive(answer: Frame): boolean {
    const pending = this.#pending.get(answer['ref'])
    if (!pending) return false
    if (answer.type === 'error') this.#refused(pending, answer)
    else {
      this.#pending.delete(answer['ref'])
      pending.onAck(answer)
    }
    return true
  }

  #refused(pending: Pending, { code, retry_after_ms }: Frame): void {
    const { notes, random } = this.#options
    notes.refused += 1
    if (!isRetryable(code))
      notes.faults.push(`refused for good as ${String(code)}: ${JSON.stringify(pending.frame)}`)
    pending.answerBy = Infinity
    pending.againAt = performance.now() + Number(retry_after_ms ?? AGAIN_MS) * (0.5 + random.next())
  }

  #transmit(pending: Pending): void {
    const isSent = this.#options.transmit(pending.frame)
    pending.againAt = Infinity
    pending.answerBy = isSent ? performance.now() + ANSWER_MS : Infinity
  }
}

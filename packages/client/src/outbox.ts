import { backoffMs } from './backoff.ts'
import type { Environment } from './environment.ts'
import { type RpcError, toRpcError } from './errors.ts'
import { type LocalMessage, type LocalMessages, laneOf } from './local-messages.ts'
import { Pauses } from './pauses.ts'
import type { Requests } from './requests.ts'
import type { SendAck } from './wire.ts'

export interface OutboxOptions {
  environment: Pick<Environment, 'after' | 'now' | 'random'>
  requests: Pick<Requests, 'call'>
  messages: LocalMessages
}

/** Whether an error says that the client stopped, and nothing about the message. */
const isInterruption = ({ code }: RpcError): boolean => code === 'closed' || code === 'signed_out'

/** Sends messages until each is acknowledged or refused for good: over losses, restarts and retries, with one `client_id`. */
export class Outbox {
  readonly #options: OutboxOptions
  readonly #lanes = new Set<string>()
  readonly #pauses: Pauses
  #isRunning = false
  /** No message goes out before: the limit is one per person, not per conversation. */
  #notBefore = 0

  constructor(options: OutboxOptions) {
    this.#options = options
    this.#pauses = new Pauses(options.environment.after)
  }

  start(): void {
    this.#isRunning = true
    for (const { fields } of this.#options.messages.all.get()) this.wake(laneOf(fields))
  }

  /** Sends no more; what is not acknowledged stays for the next start. */
  stop(error: RpcError): void {
    this.#isRunning = false
    this.#options.messages.interrupt(error)
    this.#pauses.end()
  }

  /** Looks at a lane: it may have work. */
  wake(lane: string): void {
    if (!this.#isRunning || this.#lanes.has(lane)) return
    this.#lanes.add(lane)
    // Never rejects: every failure ends in a pause or with the message.
    void this.#drain(lane).finally(() => this.#lanes.delete(lane))
  }

  async #drain(lane: string): Promise<void> {
    const { messages, environment } = this.#options
    for (let attempt = 0; this.#isRunning;) {
      const message = messages.due(lane)
      if (!message) return
      const waitMs = this.#notBefore - environment.now()
      if (waitMs > 0) {
        await this.#pauses.pause(waitMs)
        continue
      }
      const error = await this.#try(message)
      if (error) await this.#pauses.pause(this.#delayMs(error, attempt))
      attempt = error ? attempt + 1 : 0
    }
  }

  /** One attempt; gives the error after which another one makes sense. */
  async #try({ client_id, fields }: LocalMessage): Promise<RpcError | undefined> {
    const { requests, messages } = this.#options
    try {
      const answer = await requests.call('chat_message', { ...fields, client_id }, { resend: true })
      // The fields that the definition of the operation names.
      messages.accept(client_id, answer as SendAck)
    } catch (cause) {
      const error = toRpcError(cause)
      if (error.isRetryable) return error
      if (!isInterruption(error)) messages.refuse(client_id, error)
    }
    return undefined
  }

  #delayMs(error: RpcError, attempt: number): number {
    const { now, random } = this.#options.environment
    if (error.code !== 'rate_limited') return (error.retry_after_ms ?? 0) + backoffMs(attempt, random)
    // Spread, so that the conversations that wait do not come back as one.
    const ms = (error.retry_after_ms ?? 1_000) * (1 + random())
    this.#notBefore = Math.max(this.#notBefore, now() + ms)
    return ms
  }
}

import { backoffMs } from './backoff.ts'
import type { Environment } from './environment.ts'
import { type RpcError, toRpcError } from './errors.ts'
import { Pauses } from './pauses.ts'
import type { Answer, Requests } from './requests.ts'
import type { CommandFields, CommandType } from './wire.ts'

/** A command that is to be done once: said again until it is acknowledged or refused for good. */
export interface Work<T extends CommandType = CommandType> {
  /** When it was asked for, among all. */
  order: number
  type: T
  fields: CommandFields<T>
  accept: (answer: Answer) => void
  refuse: (error: RpcError) => void
}

/** Where work comes from. Work of one lane goes one after the other, so that no retry overtakes. */
export interface Queue {
  lanes(): readonly string[]
  /** The first of a lane that can go out. */
  due(lane: string): Work | undefined
  /** Nothing goes out for now: tells those who wait, and keeps the work. */
  interrupt(error: RpcError): void
}

export interface OutboxOptions {
  environment: Pick<Environment, 'after' | 'now' | 'random'>
  requests: Pick<Requests, 'call'>
  queues: readonly Queue[]
}

/** Whether an error says that the client stopped, and nothing about the work. */
const isInterruption = ({ code }: RpcError): boolean => code === 'closed' || code === 'signed_out'

/** Does work until it is acknowledged or refused for good: over losses, restarts and retries. */
export class Outbox {
  readonly #options: OutboxOptions
  readonly #lanes = new Set<string>()
  readonly #pauses: Pauses
  #isRunning = false
  /** Nothing goes out before: the limit is one per person, not per conversation. */
  #notBefore = 0

  constructor(options: OutboxOptions) {
    this.#options = options
    this.#pauses = new Pauses(options.environment.after)
  }

  start(): void {
    this.#isRunning = true
    this.wakeAll()
  }

  wakeAll(): void {
    for (const queue of this.#options.queues) for (const lane of queue.lanes()) this.wake(lane)
  }

  /** Sends no more; what is not acknowledged stays for the next start. */
  stop(error: RpcError): void {
    this.#isRunning = false
    for (const queue of this.#options.queues) queue.interrupt(error)
    this.#pauses.end()
  }

  /** Looks at a lane: it may have work. */
  wake(lane: string): void {
    if (!this.#isRunning || this.#lanes.has(lane)) return
    this.#lanes.add(lane)
    // Never rejects: every failure ends in a pause or with the work.
    void this.#drain(lane).finally(() => this.#lanes.delete(lane))
  }

  async #drain(lane: string): Promise<void> {
    const { environment } = this.#options
    for (let attempt = 0; this.#isRunning;) {
      const work = this.#due(lane)
      if (!work) return
      const waitMs = this.#notBefore - environment.now()
      if (waitMs > 0) {
        await this.#pauses.pause(waitMs)
        continue
      }
      const error = await this.#try(work)
      if (error) await this.#pauses.pause(this.#delayMs(error, attempt))
      attempt = error ? attempt + 1 : 0
    }
  }

  #due(lane: string): Work | undefined {
    const works = this.#options.queues.flatMap((queue) => queue.due(lane) ?? [])
    return works.toSorted((a, b) => a.order - b.order)[0]
  }

  /** One attempt; gives the error after which another one makes sense. */
  async #try({ type, fields, accept, refuse }: Work): Promise<RpcError | undefined> {
    try {
      accept(await this.#options.requests.call(type, fields, { resend: true }))
    } catch (cause) {
      const error = toRpcError(cause)
      if (error.isRetryable) return error
      if (!isInterruption(error)) refuse(error)
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

import type { Environment } from './environment.ts'
import { RpcError, type RpcErrorFields, toRpcError } from './errors.ts'
import type { AnyFrame, CommandFields, CommandType } from './wire.ts'

interface Pending {
  frame: AnyFrame
  resend: boolean
  resolve: (answer: Answer) => void
  reject: (error: RpcError) => void
  stopClock: () => void
}

/** The fields of an `ack`, or `result` of a `response`. */
export type Answer = Record<string, unknown>
export type SendFrame = (frame: AnyFrame) => void

/**
 * Commands that wait for their `ack`, `response` or `error`. Those made with `resend` outlive their socket: they go out
 * again, first and in order, on the next one. The deadline runs only while a socket is there.
 */
export class Requests {
  readonly #after: Environment['after']
  readonly #deadlineMs: number
  readonly #pending = new Map<string, Pending>()
  #send: SendFrame | undefined
  #closed: RpcError | undefined
  #refs = 0

  constructor({ after, deadlineMs }: { after: Environment['after']; deadlineMs: number }) {
    this.#after = after
    this.#deadlineMs = deadlineMs
  }

  call<T extends CommandType>(
    type: T,
    fields: CommandFields<T>,
    { resend = false }: { resend?: boolean } = {},
  ): Promise<Answer> {
    if (this.#closed) return Promise.reject(this.#closed)
    const ref = `${(this.#refs += 1)}`
    const frame: AnyFrame = { ...(fields as object), type, ref }
    return new Promise((resolve, reject) => {
      const pending: Pending = { frame, resend, resolve, reject, stopClock: () => {} }
      this.#pending.set(ref, pending)
      if (this.#send) this.#write(ref, pending)
      else if (!resend) this.#fail(ref, new RpcError({ code: 'unavailable', detail: 'not connected' }))
    })
  }

  /** Takes commands, again or for the first time. */
  start(): void {
    this.#closed = undefined
  }

  /** A socket is ready: what outlived the one before goes first. */
  opened(send: SendFrame): void {
    this.#send = send
    for (const [ref, pending] of [...this.#pending]) this.#write(ref, pending)
  }

  /** The socket is gone. What was sent on it may have been done. */
  lost(): void {
    this.#send = undefined
    for (const [ref, { resend, stopClock }] of [...this.#pending]) {
      stopClock()
      if (!resend) this.#fail(ref, new RpcError({ code: 'unavailable', detail: 'connection lost' }))
    }
  }

  /** Refuses what waits and what comes, until the next start. */
  close(error: RpcError): void {
    this.#send = undefined
    this.#closed = error
    for (const ref of [...this.#pending.keys()]) this.#fail(ref, error)
  }

  /** Settles the command that a frame answers; false when it answers none. */
  receive(frame: AnyFrame): boolean {
    const pending = typeof frame['ref'] === 'string' ? this.#take(frame['ref']) : undefined
    const { type, ref: _, ...answer } = frame
    if (type === 'error') pending?.reject(fromFrame(frame))
    else pending?.resolve(answer)
    return pending !== undefined
  }

  #write(ref: string, pending: Pending): void {
    pending.stopClock()
    pending.stopClock = this.#after(this.#deadlineMs, () =>
      this.#fail(ref, new RpcError({ code: 'timeout', detail: `no answer to ${pending.frame.type}` })),
    )
    try {
      this.#send?.(pending.frame)
    } catch (error) {
      this.#fail(ref, toRpcError(error))
    }
  }

  #fail(ref: string, error: RpcError): void {
    this.#take(ref)?.reject(error)
  }

  #take(ref: string): Pending | undefined {
    const pending = this.#pending.get(ref)
    this.#pending.delete(ref)
    pending?.stopClock()
    return pending
  }
}

/** The error of a frame: its text stands in `message`. */
const fromFrame = (frame: AnyFrame): RpcError => {
  const { message, ...fields } = frame as AnyFrame & RpcErrorFields & { message?: string }
  return new RpcError({ ...fields, detail: message })
}

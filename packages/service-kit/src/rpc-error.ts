import type { AnyErrorCode, ErrorBody, FieldError } from '@parley/protocol'

/** A refusal that travels to the caller as its code. Everything else that is thrown becomes `internal`. */
export class RpcError extends Error implements ErrorBody {
  readonly code: AnyErrorCode
  readonly detail?: string
  readonly errors?: FieldError[]
  readonly retry_after_ms?: number

  constructor(code: AnyErrorCode, more: Omit<ErrorBody, 'code'> & { cause?: unknown } = {}) {
    super(more.detail ?? code, { cause: more.cause })
    this.name = 'RpcError'
    this.code = code
    if (more.detail !== undefined) this.detail = more.detail
    if (more.errors !== undefined) this.errors = more.errors
    if (more.retry_after_ms !== undefined) this.retry_after_ms = more.retry_after_ms
  }

  /** What is sent: no stack, no cause. */
  toJSON(): ErrorBody {
    const { code, detail, errors, retry_after_ms } = this
    return {
      code,
      ...(detail !== undefined && { detail }),
      ...(errors !== undefined && { errors }),
      ...(retry_after_ms !== undefined && { retry_after_ms }),
    }
  }
}

/** Something this service needs cannot be reached; a retry may succeed. */
export const unavailable = (cause?: unknown, retryAfterMs = 1_000): RpcError =>
  new RpcError('unavailable', { cause, retry_after_ms: retryAfterMs })

import type { AnyErrorCode, FieldError, Remedy } from '@parley/protocol'
import { remedies } from './generated/operations.ts'

/** `closed` and `signed_out` are the client's own: nobody was asked. */
export type RpcErrorCode = AnyErrorCode | 'closed' | 'signed_out'

export interface RpcErrorFields {
  code: string
  detail?: string | undefined
  status?: number | undefined
  errors?: FieldError[] | undefined
  retry_after_ms?: number | undefined
  trace_id?: string | undefined
}

const isKnown = (code: string): code is AnyErrorCode => Object.hasOwn(remedies, code)

function remedyOf(code: string): Remedy {
  if (isKnown(code)) return remedies[code]
  return code === 'signed_out' ? 'log_in' : 'stop'
}

/** What a refused or failed call rejects with. `remedy` says what to do about it; `code` is a stable word. */
export class RpcError extends Error {
  override readonly name = 'RpcError'
  readonly code: RpcErrorCode | (string & {})
  readonly remedy: Remedy
  readonly status: number | undefined
  readonly errors: FieldError[] | undefined
  readonly retry_after_ms: number | undefined
  readonly trace_id: string | undefined

  constructor(
    { code, detail, status, errors, retry_after_ms, trace_id }: RpcErrorFields,
    options?: ErrorOptions,
  ) {
    super(detail === undefined ? code : `${code}: ${detail}`, options)
    this.code = code
    this.remedy = remedyOf(code)
    this.status = status
    this.errors = errors
    this.retry_after_ms = retry_after_ms
    this.trace_id = trace_id
  }

  /** Whether the same call, with the same `client_id`, may succeed later. */
  get isRetryable(): boolean {
    return this.remedy === 'retry' || this.remedy === 'wait'
  }
}

/** Any thrown value as an RpcError: what is not one comes from a network or platform that did not do its part. */
export const toRpcError = (cause: unknown, code: RpcErrorCode = 'unavailable'): RpcError =>
  cause instanceof RpcError ? cause : new RpcError({ code, detail: String(cause) }, { cause })

import type { Environment } from './environment.ts'
import { RpcError, type RpcErrorFields } from './errors.ts'
import { operations } from './generated/operations.ts'
import type { Input, OperationName, Result } from './wire.ts'

const TIMEOUT_MS = 30_000

export interface CallOptions {
  signal?: AbortSignal
  /** Milliseconds until the call rejects with `timeout`: 30 s unless said. It may have been done. */
  timeoutMs?: number
}

export interface HttpOptions {
  /** Where the gateway is; it may be below a path. */
  url: URL
  environment: Pick<Environment, 'fetch'>
  /** A token to ask with, other than the one refused. */
  token: (refused?: string) => Promise<string>
}

interface Request {
  method: string
  url: URL
  body: string | undefined
}

/** Calls one operation over HTTP. A token that has ended is renewed once; nothing else is repeated. */
export async function callHttp<N extends OperationName>(
  { url, environment, token }: HttpOptions,
  operation: { name: N; input: Input<N> } & CallOptions,
): Promise<Result<N>> {
  const { name, input, signal, timeoutMs = TIMEOUT_MS } = operation
  const request = toRequest(url, name, input as Record<string, unknown>)
  const send = (bearer?: string) => exchange(environment, { request, bearer, signal, timeoutMs })
  // The body is what the operation's definition says; the gateway has checked it.
  if ('access' in operations[name]) return (await send()) as Result<N>
  const bearer = await token()
  try {
    return (await send(bearer)) as Result<N>
  } catch (error) {
    if (!(error instanceof RpcError && error.code === 'unauthenticated')) throw error
    return (await send(await token(bearer))) as Result<N>
  }
}

/** Path parameters go in the path; the rest in the query, or in the body where the method has one. */
function toRequest(base: URL, name: OperationName, input: Record<string, unknown>): Request {
  if (!Object.hasOwn(operations, name))
    throw new RpcError({ code: 'not_found', detail: `no operation ${name}` })
  const { method, path } = operations[name]
  const rest = { ...input }
  const filled = path.replace(/\{(\w+)\}/g, (_, param: string) => {
    const { [param]: value } = rest
    if (value == null)
      throw new RpcError({ code: 'invalid', errors: [{ path: param, message: 'is required' }] })
    delete rest[param]
    return encodeURIComponent(String(value))
  })
  const url = new URL(base.pathname.replace(/\/$/, '') + filled, base)
  const hasBody = method !== 'GET' && method !== 'DELETE'
  if (hasBody) return { method, url, body: JSON.stringify(rest) }
  for (const [key, value] of Object.entries(rest)) if (value != null) url.searchParams.set(key, String(value))
  return { method, url, body: undefined }
}

async function exchange(
  { fetch }: Pick<Environment, 'fetch'>,
  {
    request,
    bearer,
    signal,
    timeoutMs,
  }: { request: Request; bearer: string | undefined; signal: AbortSignal | undefined; timeoutMs: number },
): Promise<unknown> {
  const { method, url, body } = request
  const headers: Record<string, string> = { accept: 'application/json' }
  if (body !== undefined) headers['content-type'] = 'application/json'
  if (bearer !== undefined) headers['authorization'] = `Bearer ${bearer}`
  const deadline = AbortSignal.timeout(timeoutMs)
  try {
    const response = await fetch(url, {
      method,
      headers,
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
      ...(body !== undefined && { body }),
    })
    const text = await response.text()
    if (!response.ok) throw problem(response, text)
    return text === '' ? undefined : JSON.parse(text)
  } catch (cause) {
    if (cause instanceof RpcError || signal?.aborted) throw cause
    throw new RpcError(
      { code: deadline.aborted ? 'timeout' : 'unavailable', detail: String(cause) },
      { cause },
    )
  }
}

/** The error of an answer. What is no problem of Parley's comes from something in between, and says nothing final. */
function problem({ status }: Response, text: string): RpcError {
  const { code, title, detail, ...rest } = parseProblem(text)
  if (typeof code === 'string') return new RpcError({ code, status, detail: detail ?? title, ...rest })
  return new RpcError({ code: status === 429 ? 'rate_limited' : 'unavailable', status })
}

function parseProblem(text: string): Partial<RpcErrorFields> & { title?: string } {
  try {
    return (JSON.parse(text) ?? {}) as RpcErrorFields
  } catch {
    // A page of a proxy.
    return {}
  }
}

/** One answer of the gateway. A body that is no JSON object (204) is `{}`. */
export interface Answer<T> {
  status: number
  body: T
}

export interface CallOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  token?: string
  json?: unknown
  timeoutMs?: number
}

export interface Problem {
  type: string
  title: string
  status: number
  code: string
  errors?: { path: string; message: string }[]
  retry_after_ms?: number
  trace_id: string
}

const PATIENCE_MS = 15_000

/** Rejects only when no answer came; what the answer is worth is for the caller to judge. */
export async function call<T = unknown>(
  url: string,
  { method = 'GET', token, json, timeoutMs = PATIENCE_MS }: CallOptions = {},
): Promise<Answer<T>> {
  const headers = new Headers()
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
  if (json !== undefined) headers.set('content-type', 'application/json')
  const response = await fetch(url, {
    method,
    headers,
    signal: AbortSignal.timeout(timeoutMs),
    ...(json !== undefined && { body: JSON.stringify(json) }),
  })
  const text = await response.text()
  return { status: response.status, body: JSON.parse(text || '{}') as T }
}

/** As `call`, for what has to work: anything but a status below 300 is an error that quotes the answer. */
export async function fetchOk<T>(url: string, options: CallOptions = {}): Promise<T> {
  const { status, body } = await call<T>(url, options)
  if (status < 300) return body
  throw new Error(`${options.method ?? 'GET'} ${url} answered ${status}: ${JSON.stringify(body)}`)
}

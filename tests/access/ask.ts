import { WebSocket } from 'ws'
import type { AnyRpc } from '@parley/protocol'
import { call, type CallOptions } from '../client/http.ts'
import { openSession, openSocket, type Frame } from '../client/socket.ts'

export interface Outcome {
  /** `ok`, or the code of the refusal. */
  code: string
  /** The whole answer but for what no two have in common. */
  answer: object
}

type Fields = Record<string, unknown>

/** Asks an operation over HTTP, as its definition says. */
export async function askHttp(
  gateway: string,
  { http }: AnyRpc,
  { fields, token }: { fields: Fields; token: string | undefined },
): Promise<Outcome> {
  if (!http) throw new Error('the operation has no route')
  const rest = { ...fields }
  const path = http.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = encodeURIComponent(String(rest[name]))
    delete rest[name]
    return value
  })
  const isQuery = http.method === 'GET' || http.method === 'DELETE'
  const query = isQuery ? `?${new URLSearchParams(rest as Record<string, string>).toString()}` : ''
  const options: CallOptions = {
    method: http.method,
    ...(token !== undefined && { token }),
    ...(!isQuery && { json: rest }),
  }
  const { status, body } = await call<Fields>(`${gateway}${path}${query}`, options)
  const { trace_id: _, ...answer } = body
  return { code: status < 300 ? 'ok' : String(answer['code']), answer: { status, ...answer } }
}

/** What a frame is answered with when it works. */
export type Answered = 'ref' | 'welcome' | 'caught_up'

interface AskedOf {
  token: string | undefined
  answered?: Answered | undefined
  afterHello?: boolean | undefined
}

/** Sends one frame on a socket of its own. Without a credential the socket is closed instead of answered. */
export async function askSocket(
  gateway: string,
  frame: Frame,
  { token, answered = 'ref', afterHello = false }: AskedOf,
): Promise<Outcome> {
  if (token === undefined) return askAnonymously(gateway, frame)
  await using socket = await (afterHello ? openSession(gateway, token) : openSocket(gateway, token))
  const isRefusal = ({ type }: Frame) => type === 'error'
  const told =
    answered === 'ref'
      ? await socket.ask(frame)
      : (socket.send(frame), await socket.waitForAny((each) => isRefusal(each) || each.type === answered))
  const { ref: _, trace_id: __, client_id: ___, ...answer } = told
  return { code: isRefusal(told) ? String(told['code']) : 'ok', answer }
}

async function askAnonymously(gateway: string, frame: Frame): Promise<Outcome> {
  const ws = new WebSocket(`${gateway.replace('http', 'ws')}/ws`, ['parley.v1'])
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  ws.on('open', () => ws.send(JSON.stringify(frame)))
  ws.on('close', resolve)
  ws.on('error', reject)
  const code = await promise
  return { code: code === 4401 ? 'unauthenticated' : `closed ${code}`, answer: { code } }
}

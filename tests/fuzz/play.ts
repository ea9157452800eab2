import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { errors, isErrorCode } from '@parley/protocol'
import { WebSocket } from 'ws'
import type { Cast } from './cast.ts'
import { addressOf, type LegacyStep } from './legacy-steps.ts'
import { damaged, operations, type BytesStep, type CallStep, type FrameStep, type Step } from './steps.ts'
import { withIds, type Fields } from './values.ts'

export interface Stage extends AsyncDisposable {
  /** How often which answer came: statuses, and types of frames with the codes of errors. */
  readonly answers: ReadonlyMap<string, number>
  /** Does all steps, and resolves when each has been answered; what must not happen is in `faults`. */
  play(steps: readonly Step[]): Promise<string[]>
  /** Ends all sockets, so that others take their places. */
  clear(): void
}

const ANSWER_MS = 20_000
const READ_MS = 150

/** Where steps are done: one socket a person and address, opened anew whenever it has been closed. */
export function createStage(gateway: string, cast: Cast): Stage {
  const sockets = new Map<string, WebSocket>()
  const opening = new Map<string, Promise<WebSocket>>()
  const answers = new Map<string, number>()
  let faults: string[] = []
  const note = (answer: string): void => void answers.set(answer, (answers.get(answer) ?? 0) + 1)

  const socketAt = (address: string, protocols: string[] = []): Promise<WebSocket> => {
    const key = [address, ...protocols].join(' ')
    const ws = sockets.get(key)
    if (ws?.readyState === WebSocket.OPEN) return Promise.resolve(ws)
    const found = opening.get(key) ?? openSocket(key, address, protocols).finally(() => opening.delete(key))
    opening.set(key, found)
    return found
  }
  const openSocket = async (key: string, address: string, protocols: string[]): Promise<WebSocket> => {
    const ws = new WebSocket(gateway.replace('http', 'ws') + address, protocols)
    sockets.set(key, ws)
    ws.on('error', () => undefined)
    ws.on('close', (code) => note(`closed ${code}`))
    ws.on('message', (data: Buffer) => hear(data.toString()))
    await Promise.race([once(ws, 'open'), once(ws, 'close')])
    if (isNative(ws) && ws.readyState === WebSocket.OPEN) ws.send('{"type":"hello"}')
    return ws
  }
  const hear = (text: string): void => {
    const { type, code } = JSON.parse(text) as { type: string; code?: string }
    note(code === undefined ? type : `${type} ${code}`)
    if (type !== 'error' || code === undefined || !isErrorCode(code)) return
    if (errors[code].status >= 500) faults.push(`a frame was answered by ${text}`)
  }
  const playFrame = async ({ who, type, fields, damage }: FrameStep): Promise<void> => {
    const ws = await socketAt('/ws', ['parley.v1', `bearer.${cast.tokenOf(who)}`])
    const text = JSON.stringify({ type, ...(withIds(fields, cast.ids) as Fields) })
    if (ws.readyState === WebSocket.OPEN) ws.send(damage ? damaged(text, damage) : text)
  }
  const playLegacy = async ({ who, place, fields }: LegacyStep): Promise<void> => {
    const address = addressOf(place, cast.ids)
    const ws = await socketAt(`${address}${address.includes('?') ? '&' : '?'}token=${cast.tokenOf(who)}`)
    const text = JSON.stringify(withIds(fields, cast.ids))
    if (ws.readyState === WebSocket.OPEN) ws.send(text)
  }
  const playCall = async (step: CallStep): Promise<void> => {
    const { url, init } = requestOf(gateway, step, cast)
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(ANSWER_MS) })
    const text = await response.text()
    note(String(response.status))
    if (response.status >= 500) faults.push(`${step.name} answered ${response.status}: ${text}`)
  }
  const playBytes = async ({ who, isUpgraded, start, chunks }: BytesStep): Promise<void> => {
    const { hostname, port } = new URL(gateway)
    const socket = connect(Number(port), hostname)
    socket.on('error', () => undefined)
    socket.write(isUpgraded ? upgrade(cast.tokenOf(who)) : start)
    for (const chunk of chunks) if (!socket.destroyed) socket.write(chunk)
    let answer = ''
    socket.on('data', (data: Buffer) => (answer += data.toString('latin1')))
    await Promise.race([once(socket, 'close').catch(() => undefined), delay(READ_MS)])
    socket.destroy()
    if (/^HTTP\/1.1 5/.test(answer)) faults.push(`bytes were answered by ${answer.slice(0, 200)}`)
  }
  /** The answers to all frames before have come when this one's has. */
  const settle = async (ws: WebSocket): Promise<void> => {
    if (ws.readyState !== WebSocket.OPEN) return
    const mark = String(Math.random())
    const answered = new Promise<void>((resolve) => {
      const listen = (data?: Buffer): void => {
        if (data && !data.includes(mark) && !data.includes('rate_limited')) return
        ws.off('message', listen).off('pong', listen).off('close', end)
        resolve()
      }
      const end = () => listen()
      ws.on('message', listen).on('pong', listen).on('close', end)
    })
    if (isNative(ws)) ws.send(JSON.stringify({ type: 'ping', timestamp: mark }))
    // Not every dialect has a frame that is answered.
    else ws.ping(mark)
    const inTime = await Promise.race([answered.then(() => true), delay(ANSWER_MS, false, { ref: false })])
    if (!inTime) faults.push('a socket is open and does not answer')
  }

  const clear = (): void => {
    for (const ws of sockets.values()) ws.terminate()
    sockets.clear()
  }

  return {
    answers,
    play: async (steps) => {
      faults = []
      await Promise.all(
        steps.map(async (step) => {
          try {
            if (step.kind === 'call') await playCall(step)
            else if (step.kind === 'frame') await playFrame(step)
            else if (step.kind === 'legacy') await playLegacy(step)
            else await playBytes(step)
          } catch (err) {
            faults.push(`${step.kind} ${'name' in step ? step.name : ''} had no answer: ${String(err)}`)
          }
        }),
      )
      await Promise.all([...sockets.values()].map(settle))
      return faults
    },
    clear,
    [Symbol.asyncDispose]: async () => clear(),
  }
}

const isNative = (ws: WebSocket): boolean => ws.protocol !== ''

function requestOf(
  gateway: string,
  { name, who, input, body }: CallStep,
  cast: Cast,
): { url: string; init: RequestInit } {
  const rpc = operations.find((one) => one.name === name)
  if (!rpc?.http) throw new Error(`there is no operation ${name}`)
  const { method, path } = rpc.http
  const rest = withIds(input, cast.ids) as Fields
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, field: string) => {
    const value = textOf(rest[field])
    delete rest[field]
    return encodeURIComponent(value.toWellFormed())
  })
  const headers = new Headers()
  const token = cast.tokenOf(who)
  if (token !== '') headers.set('authorization', `Bearer ${token}`)
  if (method === 'GET' || method === 'DELETE') {
    const query = new URLSearchParams()
    for (const [key, value] of Object.entries(rest)) query.append(key, textOf(value))
    return { url: `${gateway}${filled}?${query.toString()}`, init: { method, headers } }
  }
  const json = JSON.stringify(rest)
  headers.set('content-type', body.contentType)
  const text = body.damage ? damaged(json, body.damage) : json
  return { url: gateway + filled, init: { method, headers, body: text } }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))

const upgrade = (token: string): string =>
  [
    'GET /ws HTTP/1.1',
    'Host: 127.0.0.1',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    `Authorization: Bearer ${token}`,
    '\r\n',
  ].join('\r\n')

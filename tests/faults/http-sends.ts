import { setTimeout as delay } from 'node:timers/promises'
import type { Message } from '@parley/protocol'
import { call, type Problem } from '../client/http.ts'
import { ANSWER_MS } from './commands.ts'
import type { Credentials } from './credentials.ts'
import { isRetryable, type Notes } from './notes.ts'
import type { Random } from './random.ts'
import { acknowledge, type Send } from './sends.ts'

export interface HttpSendOptions {
  gateways: readonly string[]
  credentials: Credentials
  random: Random
  notes: Notes
  /** Nothing is tried any more. */
  signal: AbortSignal
}

const AGAIN_MS = 500

/** Sends over HTTP, to any gateway, until it is acknowledged; one that is tried once may end without an answer. */
export async function sendUntilAcked(send: Send, options: HttpSendOptions): Promise<void> {
  const { random, signal } = options
  while (!signal.aborted) {
    const waitMs = await tryOnce(send, options)
    if (waitMs === undefined || send.isOnce) return
    await delay(waitMs * (0.5 + random.next()))
  }
}

/** Undefined when it is acknowledged, else the milliseconds to wait. */
async function tryOnce(send: Send, options: HttpSendOptions): Promise<number | undefined> {
  const { gateways, credentials, random, notes } = options
  const { client_id, conversation_id, content } = send
  const token = await credentials.token()
  const url = `${random.pick(gateways)}/api/conversations/${conversation_id}/messages`
  const json = { content, client_id }
  const post = { method: 'POST', token, json, timeoutMs: ANSWER_MS } as const
  const answer = await call<Message | Problem>(url, post).catch((err: Error) => {
    if (err.name === 'TimeoutError')
      notes.faults.push(`no answer within ${ANSWER_MS} ms to POST of ${content}`)
    return undefined
  })
  // The connection broke.
  if (!answer) return AGAIN_MS
  if (answer.status < 300) {
    const { id, seq, rev } = answer.body as Message
    acknowledge(send, { message_id: id, seq, rev })
    return undefined
  }
  const { code, retry_after_ms = AGAIN_MS } = answer.body as Problem
  notes.refused += 1
  // The token may have ended on the way.
  if (code === 'unauthenticated') await credentials.renew()
  else if (!isRetryable(code))
    notes.faults.push(`POST of ${content} was refused for good: ${answer.status} ${code}`)
  return retry_after_ms
}

import { beforeEach, expect, test, vi } from 'vitest'
import { RpcError } from './errors.ts'
import { Requests } from './requests.ts'
import type { AnyFrame } from './wire.ts'

beforeEach(() => {
  vi.useFakeTimers()
  return () => void vi.useRealTimers()
})

function start() {
  const sent: AnyFrame[] = []
  const requests = new Requests({
    deadlineMs: 1_000,
    after: (ms, run) => {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    },
  })
  return { requests, sent, send: (frame: AnyFrame) => void sent.push(frame) }
}
const mark = { conversation_id: 1, seq: 1 }
const codeOf = (promise: Promise<unknown>) => promise.catch((error: RpcError) => error.code)

test('an answer settles the command of its ref, in any order', async () => {
  const { requests, sent, send } = start()
  requests.opened(send)
  const first = requests.call('read_receipt', mark)
  const second = requests.call('pull', { conversation_id: 1, after_rev: 0 })
  const [a, b] = sent.map(({ ref }) => String(ref))

  expect(requests.receive({ type: 'response', ref: b, result: { rev: 3 } })).toBe(true)
  expect(requests.receive({ type: 'ack', ref: a, read_seq: 1 })).toBe(true)
  expect(requests.receive({ type: 'ack', ref: a })).toBe(false)
  expect(await first).toEqual({ read_seq: 1 })
  expect(await second).toEqual({ result: { rev: 3 } })
})

test('an error frame rejects with everything it says', async () => {
  const { requests, sent, send } = start()
  requests.opened(send)
  const call = requests.call('read_receipt', mark)
  const errors = [{ path: 'seq', message: 'must be a number' }]
  requests.receive({
    type: 'error',
    ref: sent[0]?.['ref'],
    code: 'invalid',
    message: 'no',
    errors,
    trace_id: 't1',
  })

  const error = await call.catch((cause: unknown) => cause)

  expect(error).toBeInstanceOf(RpcError)
  expect(error).toMatchObject({
    code: 'invalid',
    remedy: 'fix',
    errors,
    trace_id: 't1',
    message: 'invalid: no',
  })
})

test('after a loss commands made to last go out again, first and in order; the others are refused', async () => {
  const { requests, sent, send } = start()
  const early = requests.call('read_receipt', mark, { resend: true })
  requests.opened(send)
  const once = requests.call('pull', { conversation_id: 1, after_rev: 0 })
  void requests.call('delivery_receipt', mark, { resend: true })
  requests.lost()
  sent.length = 0

  requests.opened(send)
  void requests.call('chat_message', { content: 'x' }, { resend: true })

  expect(await codeOf(once)).toBe('unavailable')
  expect(sent.map(({ type }) => type)).toEqual(['read_receipt', 'delivery_receipt', 'chat_message'])
  requests.receive({ type: 'ack', ref: sent[0]?.['ref'] })
  expect(await early).toEqual({})
})

test('the deadline runs only while a socket is there', async () => {
  const { requests, sent, send } = start()
  const call = codeOf(requests.call('read_receipt', mark, { resend: true }))
  vi.advanceTimersByTime(60_000)
  requests.opened(send)
  vi.advanceTimersByTime(900)
  requests.lost()
  vi.advanceTimersByTime(60_000)
  requests.opened(send)
  expect(sent).toHaveLength(2)

  vi.advanceTimersByTime(1_000)

  expect(await call).toBe('timeout')
})

test('what cannot be sent is refused, and nothing else with it', async () => {
  const { requests } = start()
  requests.opened(() => {
    throw new RpcError({ code: 'payload_too_large' })
  })

  expect(await codeOf(requests.call('read_receipt', mark, { resend: true }))).toBe('payload_too_large')
})

test('closed refuses what waits and what comes, until the next start', async () => {
  const { requests, sent, send } = start()
  const waiting = codeOf(requests.call('read_receipt', mark, { resend: true }))
  requests.close(new RpcError({ code: 'closed' }))

  expect(await waiting).toBe('closed')
  expect(await codeOf(requests.call('read_receipt', mark, { resend: true }))).toBe('closed')
  requests.start()
  void requests.call('read_receipt', mark, { resend: true })
  requests.opened(send)
  expect(sent).toHaveLength(1)
})

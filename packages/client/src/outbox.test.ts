import { beforeEach, expect, test, vi } from 'vitest'
import { LocalMessages } from './local-messages.ts'
import { Outbox } from './outbox.ts'
import { Requests } from './requests.ts'
import type { AnyFrame } from './wire.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: 0 })
  return () => void vi.useRealTimers()
})

test('the back-off of a message doubles, and begins anew with the next one', async () => {
  const environment = {
    now: Date.now,
    random: () => 1,
    report: () => {},
    after: (ms: number, run: () => void) => {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    },
  }
  const requests = new Requests({ after: environment.after, deadlineMs: 10_000 })
  const messages = new LocalMessages({
    environment,
    save: () => {},
    order: () => 1,
    isTold: () => false,
    settled: () => {},
  })
  const outbox = new Outbox({ environment, requests, queues: [messages] })
  const sentAt: number[] = []
  requests.opened(({ ref }: AnyFrame) => {
    sentAt.push(Date.now() / 1_000)
    const isFourth = sentAt.length === 4
    const answer = isFourth ? { type: 'ack', ref } : { type: 'error', ref, code: 'unavailable', message: '' }
    queueMicrotask(() => requests.receive(answer))
  })
  void messages.add('a', { conversation_id: 1, content: 'one' })
  void messages.add('b', { conversation_id: 1, content: 'two' })
  outbox.start()

  await vi.advanceTimersByTimeAsync(10_000)

  expect(sentAt).toEqual([0, 1, 3, 7, 7, 8, 10])
})

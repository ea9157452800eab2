import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createLogLines } from '../test/log-lines.ts'
import { createRefusalLog } from './refusal-log.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('refusals of an RPC are logged once a second, with the number of those left out', () => {
  const { log, lines } = createLogLines()
  const note = createRefusalLog(log)
  const down = new Error('down')

  for (let i = 0; i < 1_000; i++) note('a.b', `trace-${i}`, down)
  note('a.c', 'other', down)
  vi.advanceTimersByTime(1_000)
  note('a.b', 'later', down)

  expect(lines).toMatchObject([
    { rpc: 'a.b', trace_id: 'trace-0', unmentioned: 0 },
    { rpc: 'a.c', trace_id: 'other', unmentioned: 0 },
    { rpc: 'a.b', trace_id: 'later', unmentioned: 999 },
  ])
})

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createFlusher } from './flusher.ts'

const unmetered = { framesOut: () => undefined }
let now = 0

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setImmediate', 'setTimeout'] })
  // A clock of its own: that of the timers stands still while one of them runs.
  vi.spyOn(performance, 'now').mockImplementation(() => now)
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

/** The end of a turn of the event loop. */
const turn = (): unknown => vi.advanceTimersByTime(0)
const pass = (ms: number): void => {
  now += ms
  vi.advanceTimersByTime(ms)
}

/** A socket whose writes take so long, and which counts them. */
function slowSocket(ms: number) {
  const socket = {
    flushes: 0,
    flush: () => {
      socket.flushes += 1
      now += ms
    },
  }
  return socket
}

test('what is due is written out at the end of the turn', () => {
  const flusher = createFlusher<ReturnType<typeof slowSocket>>(unmetered)
  const socket = slowSocket(0)
  flusher.add(socket)
  expect(socket.flushes).toBe(0)
  turn()

  expect(socket.flushes).toBe(1)
})

test('frames that came during a long round of writes wait for those behind them; an answer does not', () => {
  const flusher = createFlusher<ReturnType<typeof slowSocket>>(unmetered)
  const [crowd, asker] = [slowSocket(5), slowSocket(0)]
  flusher.add(crowd)
  turn()
  flusher.add(crowd)
  flusher.hurry(asker)
  turn()

  expect([crowd.flushes, asker.flushes]).toEqual([1, 1])
  // As long as the round before took.
  pass(4)
  expect(crowd.flushes).toBe(1)
  pass(1)
  expect(crowd.flushes).toBe(2)
})

test('frames that come some time after a long round of writes wait for nothing', () => {
  const flusher = createFlusher<ReturnType<typeof slowSocket>>(unmetered)
  const crowd = slowSocket(5)
  flusher.add(crowd)
  turn()
  pass(1)
  flusher.add(crowd)
  turn()

  expect(crowd.flushes).toBe(2)
})

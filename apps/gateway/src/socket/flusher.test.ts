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

type SlowSocket = ReturnType<typeof slowSocket>

/** Sockets of a large conversation, whose writes take 5 ms together. */
const largeCrowd = (): SlowSocket[] => Array.from({ length: 500 }, () => slowSocket(0.01))
const flushesOf = (crowd: readonly SlowSocket[]): number =>
  crowd.reduce((sum, { flushes }) => sum + flushes, 0) / crowd.length

/** `awaited` is what waits for its turn in a lane. */
function startFlusher(awaited: () => Promise<void> | undefined = () => undefined) {
  const flusher = createFlusher<SlowSocket>({ metrics: unmetered, untilAnswered: awaited })
  const addAll = (crowd: readonly SlowSocket[]) => crowd.forEach((socket) => flusher.add(socket))
  return { flusher, addAll }
}

test('what is due is written out at the end of the turn', () => {
  const { flusher } = startFlusher()
  const socket = slowSocket(0)
  flusher.add(socket)
  expect(socket.flushes).toBe(0)
  turn()

  expect(socket.flushes).toBe(1)
})

test('many frames that came during a long round of writes wait for those behind them; an answer does not', () => {
  const { flusher, addAll } = startFlusher()
  const [crowd, asker] = [largeCrowd(), slowSocket(0)]
  addAll(crowd)
  turn()
  addAll(crowd)
  flusher.hurry(asker)
  turn()

  expect([flushesOf(crowd), asker.flushes]).toEqual([1, 1])
  // As long as the writes will take, about.
  pass(3)
  expect(flushesOf(crowd)).toBe(1)
  pass(1)
  expect(flushesOf(crowd)).toBe(2)
})

test('few frames that came during a long round of writes wait for nothing', () => {
  const { flusher, addAll } = startFlusher()
  const socket = slowSocket(0)
  addAll(largeCrowd())
  turn()
  flusher.add(socket)
  turn()

  expect(socket.flushes).toBe(1)
})

test('frames that come some time after a long round of writes wait for nothing, and an answer before them delays none', () => {
  const { flusher, addAll } = startFlusher()
  const [crowd, asker] = [largeCrowd(), slowSocket(0)]
  addAll(crowd)
  turn()
  flusher.hurry(asker)
  turn()
  pass(1)
  addAll(crowd)
  turn()

  expect([flushesOf(crowd), asker.flushes]).toEqual([2, 1])
})

test('many frames wait for what waits behind them for its turn in a lane, and no longer', async () => {
  let answer = (): void => undefined
  const { addAll } = startFlusher(() => new Promise((resolve) => (answer = resolve)))
  const crowd = largeCrowd()
  addAll(crowd)
  turn()
  pass(1)
  expect(flushesOf(crowd)).toBe(0)

  answer()
  await Promise.resolve()
  turn()
  expect(flushesOf(crowd)).toBe(1)
})

test('a frame for one does not wait for a large round that waits', () => {
  const { flusher, addAll } = startFlusher(() => new Promise(() => undefined))
  const [crowd, other] = [largeCrowd(), slowSocket(0)]
  const written: boolean[] = []
  addAll(crowd)
  turn()
  flusher.onceWritten((isWritten) => written.push(isWritten))
  flusher.add(other)
  turn()
  expect([other.flushes, flushesOf(crowd), written]).toEqual([1, 0, []])

  pass(4)
  expect([other.flushes, flushesOf(crowd), written]).toEqual([1, 1, [true]])
})

test('many frames do not wait longer for what comes behind them than their writes will take', () => {
  const { addAll } = startFlusher(() => new Promise(() => undefined))
  const crowd = largeCrowd()
  addAll(crowd)
  turn()
  pass(3)
  expect(flushesOf(crowd)).toBe(0)
  pass(1)

  expect(flushesOf(crowd)).toBe(1)
})

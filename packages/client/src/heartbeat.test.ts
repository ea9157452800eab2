import { beforeEach, expect, test, vi } from 'vitest'
import { Heartbeat } from './heartbeat.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: 0 })
  return () => void vi.useRealTimers()
})

function start() {
  const log: string[] = []
  const note = (word: string) => log.push(`${word} ${Date.now() / 1_000}`)
  const frame = { isPong: false }
  const pong = { isPong: true }
  const heartbeat = new Heartbeat({
    now: Date.now,
    after: (ms, run) => {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    },
    ping: () => note('ping'),
    dead: () => {
      note('dead')
      heartbeat.stop()
    },
  })
  heartbeat.start(25_000)
  return { heartbeat, log, frame, pong }
}

test('a silent socket is asked after one interval and given up after two', () => {
  const { log } = start()

  vi.advanceTimersByTime(120_000)

  expect(log).toEqual(['ping 25', 'dead 50'])
})

test('any frame puts the question off', () => {
  const { heartbeat, log, frame } = start()

  for (let second = 0; second < 100; second += 10) {
    vi.advanceTimersByTime(10_000)
    heartbeat.heard(frame)
  }
  vi.advanceTimersByTime(24_000)
  expect(log).toEqual([])
  vi.advanceTimersByTime(1_000)
  expect(log).toEqual(['ping 125'])
})

test('a check is answered within three seconds or ends the socket, however lately it was heard', () => {
  const { heartbeat, log, pong } = start()
  vi.advanceTimersByTime(24_900)

  heartbeat.check()
  vi.advanceTimersByTime(2_000)
  heartbeat.heard(pong)
  vi.advanceTimersByTime(20_000)
  heartbeat.check()
  vi.advanceTimersByTime(10_000)

  expect(log).toEqual(['ping 24.9', 'ping 46.9', 'dead 49.9'])
})

test('what was under way before a check answers none, but is waited for', () => {
  const { heartbeat, log, frame } = start()

  heartbeat.check()
  vi.advanceTimersByTime(100)
  heartbeat.heard(frame)
  vi.advanceTimersByTime(20_000)

  expect(log).toEqual(['ping 0', 'dead 6'])
})

test('a check waits as long as frames come, and ends with the answer behind them', () => {
  const { heartbeat, log, frame, pong } = start()

  heartbeat.check()
  for (let second = 0; second < 10; second += 2) {
    vi.advanceTimersByTime(2_000)
    heartbeat.heard(frame)
  }
  heartbeat.heard(pong)
  vi.advanceTimersByTime(24_000)
  expect(log).toEqual(['ping 0'])
})

test('after a sleep the socket is asked, not taken for dead, and has three seconds', () => {
  const { log } = start()

  vi.setSystemTime(600_000)
  vi.advanceTimersByTime(25_000)
  vi.advanceTimersByTime(3_000)

  expect(log).toEqual(['ping 625', 'dead 628'])
})

test('nothing happens after the stop', () => {
  const { heartbeat, log } = start()
  heartbeat.stop()
  heartbeat.check()

  vi.advanceTimersByTime(200_000)

  expect(log).toEqual([])
})

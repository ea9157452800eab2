import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createBell } from './bell.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Whether a wait is over, without waiting for it. */
async function isOver(wait: Promise<void>): Promise<boolean> {
  let over = false
  void wait.then(() => (over = true))
  await vi.advanceTimersByTimeAsync(0)
  return over
}

test('a wait ends at a ring, or when its time is over', async () => {
  const bell = createBell()
  const first = bell.wait(1_000)
  expect(await isOver(first)).toBe(false)
  bell.ring()
  expect(await isOver(first)).toBe(true)

  const second = bell.wait(1_000)
  await vi.advanceTimersByTimeAsync(999)
  expect(await isOver(second)).toBe(false)
  await vi.advanceTimersByTimeAsync(1)
  expect(await isOver(second)).toBe(true)
})

test('a ring that comes before the wait is not lost, and counts once', async () => {
  const bell = createBell()
  bell.ring()
  bell.ring()

  expect(await isOver(bell.wait(1_000))).toBe(true)
  expect(await isOver(bell.wait(1_000))).toBe(false)
})

test('a wait that has ended leaves no timer', async () => {
  const bell = createBell()
  void bell.wait(1_000)
  bell.ring()

  expect(vi.getTimerCount()).toBe(0)
})

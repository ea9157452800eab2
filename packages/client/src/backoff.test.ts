import { expect, test } from 'vitest'
import { backoffMs, syncMs } from './backoff.ts'

test('the ceiling doubles from a second to thirty, and any delay below it may come', () => {
  const ceilings = [0, 1, 2, 3, 4, 5, 60, 2_000].map((attempt) => backoffMs(attempt, () => 1))

  expect(ceilings).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
  expect(backoffMs(9, () => 0)).toBe(0)
})

test('syncs are spread over two and a half to seven and a half minutes', () => {
  expect([syncMs(() => 0), syncMs(() => 1)]).toEqual([150_000, 450_000])
})

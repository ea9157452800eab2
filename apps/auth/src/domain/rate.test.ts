import { expect, test } from 'vitest'
import { rateWaitMs, scaleRate } from './rate.ts'

const rate = { burst: 30, stepMs: 10_000 }

test('nothing is waited for while some are left', () => {
  expect(rateWaitMs(rate, 0, 1_000_000)).toBe(0)
  expect(rateWaitMs(rate, 1_000_000 + 29 * 10_000, 1_000_000)).toBe(0)
})

test('an empty limit is waited for until one is back', () => {
  expect(rateWaitMs(rate, 1_000_000 + 30 * 10_000, 1_000_000)).toBe(10_000)
  expect(rateWaitMs(rate, 1_000_000 + 30 * 10_000, 1_004_000)).toBe(6_000)
})

test('a factor makes a limit wider in both ways, and never lets nothing through', () => {
  expect(scaleRate(rate, 1_000)).toEqual({ burst: 30_000, stepMs: 10 })
  expect(scaleRate(rate, 0.01)).toEqual({ burst: 1, stepMs: 1_000_000 })
})

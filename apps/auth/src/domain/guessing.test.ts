import { expect, test } from 'vitest'
import { afterFailure, guessWaitMs, noGuesses, type Guesses } from './guessing.ts'

const start = new Date('2026-01-01T00:00:00.000Z')
const later = (date: Date, ms: number) => new Date(date.getTime() + ms)

/** Fails as often as asked, each time as soon as it may; gives the wait after each failure. */
function failures(count: number): { waits: number[]; guesses: Guesses; now: Date } {
  let now = start
  let guesses = noGuesses(now)
  const waits: number[] = []
  for (let i = 0; i < count; i++) {
    guesses = afterFailure(guesses, now)!
    waits.push(guessWaitMs(guesses, now))
    now = guesses.blocked_until
  }
  return { waits, guesses, now }
}

test('T16: the wait grows with each failure, up to five minutes', () => {
  expect(failures(14).waits).toEqual([
    0, 0, 0, 0, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 300_000, 300_000,
  ])
})

test('T16: a try made while blocked does not count', () => {
  const { guesses, now } = failures(6)

  expect(afterFailure(guesses, later(now, -1))).toBeUndefined()
  expect(afterFailure(guesses, now)).toMatchObject({ failures: 7 })
})

test('failures are forgotten after a quarter of an hour without one', () => {
  const { guesses, now } = failures(6)

  expect(afterFailure(guesses, later(now, 900_000))).toMatchObject({ failures: 1 })
})

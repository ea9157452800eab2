// Guessing at one account from one network: a few failures are free, then each doubles the wait before the next try.
// The wait has a ceiling: a person who knows the password is delayed, never locked out.
const FREE_FAILURES = 5
const FIRST_WAIT_MS = 2_000
const LONGEST_WAIT_MS = 300_000
const FORGOTTEN_AFTER_MS = 900_000

export interface Guesses {
  failures: number
  last_failed_at: Date
  blocked_until: Date
}

export const noGuesses = (now: Date): Guesses => ({ failures: 0, last_failed_at: now, blocked_until: now })

export function guessWaitMs(guesses: Guesses | undefined, now: Date): number {
  return guesses ? Math.max(0, guesses.blocked_until.getTime() - now.getTime()) : 0
}

/** What is known after one more failure; undefined when it was made while blocked, and so does not count. */
export function afterFailure(guesses: Guesses, now: Date): Guesses | undefined {
  if (guessWaitMs(guesses, now) > 0) return undefined
  const isForgotten = guesses.last_failed_at <= forgottenBefore(now)
  const failures = isForgotten ? 1 : guesses.failures + 1
  const doublings = failures - FREE_FAILURES
  const waitMs = doublings < 0 ? 0 : Math.min(FIRST_WAIT_MS * 2 ** doublings, LONGEST_WAIT_MS)
  return { failures, last_failed_at: now, blocked_until: new Date(now.getTime() + waitMs) }
}

/** Failures before this time count no more. */
export const forgottenBefore = (now: Date): Date => new Date(now.getTime() - FORGOTTEN_AFTER_MS)

import { setTimeout as delay } from 'node:timers/promises'

export interface EventuallyOptions {
  timeoutMs?: number
  intervalMs?: number
}

/** Repeats `check` until it does not throw and gives its value; at the deadline rejects with the last failure. */
export async function eventually<T>(
  check: () => T | Promise<T>,
  { timeoutMs = 5_000, intervalMs = 20 }: EventuallyOptions = {},
): Promise<T> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    try {
      return await check()
    } catch (err) {
      if (performance.now() < deadline) await delay(intervalMs)
      else throw new Error(`not within ${timeoutMs} ms: ${(err as Error).message}`, { cause: err })
    }
  }
}

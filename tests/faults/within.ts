import { setTimeout as delay } from 'node:timers/promises'

/** What a promise gives; rejects when that takes longer. */
export async function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  const waiting = new AbortController()
  const { signal } = waiting
  const late = delay(Math.max(0, ms), undefined, { signal }).then(() => {
    throw new Error(`${what} took longer than ${Math.round(ms)} ms`)
  })
  late.catch(() => undefined)
  try {
    return await Promise.race([promise, late])
  } finally {
    waiting.abort()
  }
}

import { unavailable, type Bus } from '@parley/service-kit'

const FLUSH_MS = 5_000

/**
 * Resolves once the server knows every subscription made so far, or rejects with `unavailable`. Those who ask in one turn
 * share one round trip.
 */
export function createConfirm({ nats }: Pick<Bus, 'nats'>): () => Promise<void> {
  let confirming: Promise<void> | undefined
  return () =>
    (confirming ??= new Promise((resolve) => setImmediate(resolve)).then(() => {
      confirming = undefined
      return within(nats.flush(), FLUSH_MS).catch((err: unknown) => Promise.reject(unavailable(err)))
    }))
}

async function within(promise: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer of NATS within ${ms} ms`)), ms)
  })
  try {
    await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

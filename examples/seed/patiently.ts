import { setTimeout as delay } from 'node:timers/promises'
import { RpcError } from '@parley/client'

const PAUSE_MS = 500

/** Calls until it is answered for good, at the pace that the server asks for. What is called must be safe to repeat. */
export async function patiently<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call()
    } catch (err) {
      if (!(err instanceof RpcError && err.isRetryable)) throw err
      await delay(err.retry_after_ms ?? PAUSE_MS)
    }
  }
}

import { setTimeout as delay } from 'node:timers/promises'
import { call, type Problem } from '../client/http.ts'

/** Somebody who reads the same over and over: whatever is replaced meanwhile, each read is answered. */
export interface Reader extends AsyncDisposable {
  /** How many have been answered. */
  answered(): number
  /** What came instead of the others, each once. */
  refused(): string[]
}

// Many a read falls into each handing over, and the load stays the clients'.
const PAUSE_MS = 20

export function readOn(url: string, token: () => Promise<string>): Reader {
  const stopping = new AbortController()
  const refused = new Set<string>()
  let answered = 0

  const readOnce = async (): Promise<void> => {
    try {
      const { status, body } = await call<Partial<Problem>>(url, { token: await token() })
      if (status === 200) answered++
      else refused.add(`${status} ${body.code}`)
    } catch (err) {
      refused.add((err as Error).message)
    }
  }
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await readOnce()
      await delay(PAUSE_MS)
    }
  }
  const ended = run()
  return {
    answered: () => answered,
    refused: () => [...refused],
    [Symbol.asyncDispose]: async () => {
      stopping.abort()
      await ended
    },
  }
}

import { unavailable } from './rpc-error.ts'

export interface WorkQueueOptions {
  concurrency: number
  /** Without it those wait whose turn comes in time. */
  mostWaiting?: number
  /** How many wait or run. */
  onDepth?: (depth: number) => void
}

export interface WorkQueue {
  /** Runs some work in its turn; rejects with `unavailable` when too much waits, or when its turn comes after the deadline. */
  run<T>(work: () => Promise<T>, deadline: number): Promise<T>
}

const SMOOTHING = 0.1
const FIRST_GUESS_MS = 15

/** Does a few things at once, in the order they came, and refuses what could not be done in time. Deadlines are of `performance.now()`. */
export function createWorkQueue({
  concurrency,
  mostWaiting = Infinity,
  onDepth,
}: WorkQueueOptions): WorkQueue {
  const waiting: { start: () => void }[] = []
  let running = 0
  let usualMs = FIRST_GUESS_MS

  const drainMs = (): number => Math.ceil(((waiting.length + 1) * usualMs) / concurrency)
  const refused = () => unavailable(new Error('too much waits to be done'), Math.max(100, drainMs()))
  const tellDepth = () => onDepth?.(waiting.length + running)

  const takeTurn = async (): Promise<void> => {
    if (running < concurrency) return void running++
    await new Promise<void>((resolve) => {
      waiting.push({ start: resolve })
      tellDepth()
    })
  }
  const passTurn = (): void => {
    const next = waiting.shift()
    if (next) next.start()
    else running--
    tellDepth()
  }

  return {
    run: async (work, deadline) => {
      if (waiting.length >= mostWaiting || performance.now() + drainMs() > deadline) throw refused()
      await takeTurn()
      try {
        tellDepth()
        const started = performance.now()
        if (started > deadline) throw refused()
        const result = await work()
        usualMs += (performance.now() - started - usualMs) * SMOOTHING
        return result
      } finally {
        passTurn()
      }
    },
  }
}

import { unavailable } from '@parley/service-kit'

/** Runs a task in its turn. Whose caller has given up by then is refused: work that nobody waits for makes all others late. */
export type Turns = <T>(deadline: number, task: () => Promise<T>) => Promise<T>

/** So many tasks at once, and the others in the order in which they were asked for. */
export function createTurns(most: number): Turns {
  const waiting: (() => void)[] = []
  let running = 0
  return async (deadline, task) => {
    if (running < most) running++
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      if (performance.now() >= deadline) throw unavailable()
      return await task()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}

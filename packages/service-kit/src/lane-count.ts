import { unavailable } from './rpc-error.ts'

export interface LaneCount {
  /** Runs `use` with the number of lanes: at once where it is known, else in the order of asking. */
  with<T>(use: (count: number) => Promise<T>): Promise<T>
  /** Asks anew, until there is an answer; the number before counts meanwhile. */
  recount(): void
}

/** The number of lanes, asked for once and then remembered. */
export function createLaneCount(countLanes: () => Promise<number>): LaneCount {
  let known: number | undefined
  let isStale = false
  let isAsking = false
  const waiting: { use: (count: number) => void; fail: (err: unknown) => void }[] = []

  const ask = async (): Promise<void> => {
    if (isAsking) return
    isAsking = true
    isStale = true
    try {
      const found = await countLanes()
      known = found
      isStale = false
      for (const { use } of waiting.splice(0)) use(found)
    } catch (err) {
      // Whatever went wrong with the question, nothing was done of what waits for it.
      for (const { fail } of waiting.splice(0)) fail(unavailable(err))
    } finally {
      isAsking = false
    }
  }
  return {
    with: (use) => {
      if (known === undefined || isStale) void ask()
      if (known !== undefined) return use(known)
      return new Promise((resolve, reject) => {
        waiting.push({ use: (count) => resolve(use(count)), fail: reject })
      })
    },
    recount: () => void ask(),
  }
}

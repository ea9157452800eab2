/** A wake-up that is not lost when nobody waits: the next wait ends at once. */
export interface Bell {
  ring(): void
  /** Ends at a ring, or after so many milliseconds. */
  wait(ms: number): Promise<void>
}

export function createBell(): Bell {
  let isRung = false
  let wake = (): void => undefined
  return {
    ring: () => {
      isRung = true
      wake()
    },
    wait: (ms) =>
      new Promise((resolve) => {
        const end = (): void => {
          clearTimeout(timer)
          wake = () => undefined
          isRung = false
          resolve()
        }
        const timer = setTimeout(end, ms)
        wake = end
        if (isRung) end()
      }),
  }
}

/**
 * Runs what it is given at the end of this turn of the event loop or, where it has just run something, so many milliseconds
 * after that: what is begun for many at once waits for company only while there is some.
 */
export function createPace(ms: number): (run: () => void) => void {
  let ranAt = -Infinity
  return (run) => {
    const go = (): void => {
      ranAt = performance.now()
      run()
    }
    const waitMs = ranAt + ms - performance.now()
    if (waitMs > 0) setTimeout(go, waitMs)
    else setImmediate(go)
  }
}

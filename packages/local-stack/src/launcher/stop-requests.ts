// A terminal's Ctrl-C and npm both signal the same processes: what comes this close together is one request.
const SAME_REQUEST_MS = 1_000

export interface StopRequests {
  /** Aborted by the first request. */
  signal: AbortSignal
  /** Resolves with the first request. */
  asked: Promise<void>
  /** Called for each request after the first. */
  onImpatience(hurry: () => void): void
}

/** A signal, or the end of the process that started this one over an IPC channel. */
export function stopRequests(): StopRequests {
  const first = new AbortController()
  const hurries: (() => void)[] = []
  let askedAt: number | undefined
  const ask = () => {
    if (askedAt === undefined) askedAt = performance.now()
    else if (performance.now() - askedAt > SAME_REQUEST_MS) for (const hurry of hurries) hurry()
    first.abort()
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, ask)
  process.on('disconnect', ask)
  return {
    signal: first.signal,
    asked: new Promise((resolve) => first.signal.addEventListener('abort', () => resolve())),
    onImpatience: (hurry) => void hurries.push(hurry),
  }
}

/** What the handlers of one key's events took, with what they made React do; in milliseconds. */
export interface KeyTime {
  /** CPU time of the page's thread. */
  cpu: number
  /** By the clock: on a machine that does much else, the thread also waits for a processor. */
  clock: number
}

interface TraceEvent {
  name: string
  ts: number
  dur?: number
  tdur?: number
  args: { data?: { type?: string } }
}

/** All that a key is to a field, but for its end. */
const parts = new Set(['keydown', 'keypress', 'beforeinput', 'textInput', 'input'])

/** The keys of a trace of Chromium's category `devtools.timeline`, each from its keydown to the next. */
export function keyTimes(trace: string): KeyTime[] {
  const { traceEvents } = JSON.parse(trace) as { traceEvents: TraceEvent[] }
  const dispatched = traceEvents
    .filter(({ name, args }) => name === 'EventDispatch' && parts.has(args.data?.type ?? ''))
    .toSorted((a, b) => a.ts - b.ts)
  const times: KeyTime[] = []
  let end = 0
  for (const { ts, dur = 0, tdur = 0, args } of dispatched) {
    if (args.data?.type === 'keydown') times.push({ cpu: 0, clock: 0 })
    const time = times.at(-1)
    // What another one's handlers dispatched is counted in that.
    if (!time || ts < end) continue
    end = ts + dur
    time.cpu += tdur / 1_000
    time.clock += dur / 1_000
  }
  return times
}

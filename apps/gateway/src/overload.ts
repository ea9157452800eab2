import { monitorEventLoopDelay } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'
import type { Peer } from './socket/peer.ts'

export interface Overload extends AsyncDisposable {
  isOverloaded(): boolean
}

const LOOK_MS = 1_000
const WINDOW_LOOKS = 5
const LAG_NS = 200e6
const HEAP_PART = 0.8
const SHED_PART = 0.02

/** Whether this process falls behind; then it opens no sockets and lets go of those whose backlog is largest. */
export function watchOverload(all: Set<Peer>): Overload {
  const delays = monitorEventLoopDelay({ resolution: 20 })
  delays.enable()
  let late = 0
  let isOverloaded = false

  const look = (): void => {
    // Most turns of a second were late, not one: a single long turn is no overload.
    const isLate = delays.percentile(50) > LAG_NS
    delays.reset()
    late = isLate ? late + 1 : 0
    const { used_heap_size: used, heap_size_limit: most } = getHeapStatistics()
    isOverloaded = late >= WINDOW_LOOKS || used > most * HEAP_PART
    if (isOverloaded) shed(all)
  }
  const timer = setInterval(look, LOOK_MS)
  return {
    isOverloaded: () => isOverloaded,
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer)
      delays.disable()
    },
  }
}

function shed(all: Set<Peer>): void {
  const byBacklog = [...all].sort((a, b) => b.backlog - a.backlog)
  for (const peer of byBacklog.slice(0, Math.ceil(all.size * SHED_PART))) peer.close('overloaded')
}

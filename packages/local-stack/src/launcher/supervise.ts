import { setTimeout as delay } from 'node:timers/promises'
import { type Launched, launch } from '../process/launch.ts'
import { describeExit } from '../process/ready.ts'
import type { ProcessSpec } from '../process/spec.ts'
import type { ProcessState } from './state-file.ts'

const FIRST_DELAY_MS = 200
const LONGEST_DELAY_MS = 5_000
// A process that ran this long did not die of its start.
const STEADY_MS = 10_000

export interface SupervisedSpec {
  spec: ProcessSpec
  /** As they appear in the state file. */
  ports: { port?: number; probe_port?: number }
}

export interface Events {
  /** A process runs: the first, or one in place of the last. */
  started(): void
  died(reason: string, delayMs: number): void
}

export interface Supervised {
  spec: ProcessSpec
  /** Undefined before the first start. */
  state(): ProcessState | undefined
  /** For good: what it stops is not started again. */
  stop(): Promise<void>
  kill(): void
}

/** Keeps a program running: starts it, and again each time that it dies, later and later while it dies young. */
export function supervise({ spec, ports }: SupervisedSpec, events: Events): Supervised {
  const stopping = new AbortController()
  let current: Launched | undefined
  let state: ProcessState | undefined

  /** Runs the program once; gives why it ended. */
  const runOnce = async (): Promise<string> => {
    try {
      current = await launch(spec)
    } catch (err) {
      return (err as Error).message
    }
    const restarts = state ? state.restarts + 1 : 0
    state = { name: spec.name, pid: current.pid, ...ports, started_at: new Date().toISOString(), restarts }
    if (stopping.signal.aborted) await current.stop()
    else events.started()
    return describeExit(spec, await current.exited)
  }

  const run = async () => {
    let delayMs = FIRST_DELAY_MS
    for (;;) {
      const startedAt = performance.now()
      const reason = await runOnce()
      if (stopping.signal.aborted) return
      if (performance.now() - startedAt > STEADY_MS) delayMs = FIRST_DELAY_MS
      events.died(reason, delayMs)
      // Rejects when the wait is cut short, which the next line sees.
      await delay(delayMs, undefined, { signal: stopping.signal }).catch(() => {})
      if (stopping.signal.aborted) return
      delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS)
    }
  }

  const ended = run()
  return {
    spec,
    state: () => state,
    kill() {
      stopping.abort()
      current?.kill()
    },
    async stop() {
      stopping.abort()
      await current?.stop()
      await ended
    },
  }
}

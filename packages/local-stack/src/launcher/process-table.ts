import { rotate } from '../process/log-file.ts'
import { readyOnce } from './ready-once.ts'
import { stateFile } from './state-file.ts'
import { type Supervised, type SupervisedSpec, supervise } from './supervise.ts'

/** What is stopped together; earlier ones rely on later ones. */
const STOP_ORDER = ['gateways', 'services', 'nats', 'postgres'] as const
export type Stage = (typeof STOP_ORDER)[number]

export interface ProcessTable {
  /** Starts them all and keeps them running; resolves when each has been ready once. */
  start(stage: Stage, specs: SupervisedSpec[]): Promise<void>
  stop(): Promise<void>
  /** At once; `stop` still waits for the end. */
  kill(): void
}

export interface TableOptions {
  dataDir: string
  print: (line: string) => void
  /** Ends what waits for readiness. */
  signal: AbortSignal
  /** One has been started in place of one that died. */
  onRestart: (name: string) => void
}

/** All processes of a system, and the state file that lists them. */
export function processTable({ dataDir, print, signal, onRestart }: TableOptions): ProcessTable {
  const stages = new Map<Stage, Supervised[]>()
  const stopped = new AbortController()
  const over = AbortSignal.any([signal, stopped.signal])
  const of = (stage: Stage) => stages.get(stage) ?? []
  const all = () => STOP_ORDER.toReversed().flatMap(of)
  const file = stateFile(dataDir, () => ({
    launcher: { pid: process.pid },
    processes: all().flatMap((one) => one.state() ?? []),
  }))

  const write = () => void file.update().catch((err: Error) => print(`state.json: ${err.message}`))
  // What a killed launcher left there no longer runs.
  write()

  const startOne = async (stage: Stage, { spec, ports }: SupervisedSpec) => {
    const deaths = { count: 0, last: '' }
    const one = supervise(
      { spec, ports },
      {
        started() {
          write()
          if (deaths.count > 0) onRestart(spec.name)
        },
        died(reason, delayMs) {
          deaths.count += 1
          deaths.last = reason
          print(`${reason}; starting it again in ${delayMs / 1_000} s`)
        },
      },
    )
    stages.set(stage, [...of(stage), one])
    await readyOnce(one, { deaths, print, signal: over })
  }

  return {
    async start(stage, specs) {
      await Promise.all(specs.map(({ spec }) => rotate(spec.logFile)))
      over.throwIfAborted()
      // Without a wait before it, each is listed in the order of its specs: gateways are told apart by it.
      await Promise.all(specs.map((spec) => startOne(stage, spec)))
    },
    async stop() {
      stopped.abort()
      for (const stage of STOP_ORDER) await Promise.all(of(stage).map((one) => one.stop()))
      await file.remove()
    },
    kill() {
      for (const one of all()) one.kill()
    },
  }
}

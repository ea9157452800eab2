import { setTimeout as delay } from 'node:timers/promises'
import { type Exit, launch, type Launched } from './launch.ts'
import { lastLine } from './log-file.ts'
import type { ProcessSpec } from './spec.ts'

const POLL_MS = 15
const LIMIT_MS = 60_000

/** Starts a program and waits until it can be used; one that cannot is stopped again. */
export async function launchReady(spec: ProcessSpec): Promise<Launched> {
  const launched = await launch(spec)
  try {
    await waitUntilReady(spec, launched)
    return launched
  } catch (err) {
    await launched.stop()
    throw err
  }
}

/** Waits until a launched process can be used; rejects when it ends before that, with the last line of its log. */
async function waitUntilReady(spec: ProcessSpec, { pid, exited }: Launched): Promise<void> {
  const deadline = performance.now() + LIMIT_MS
  let exit: Exit | undefined
  void exited.then((result) => (exit = result))
  for (;;) {
    try {
      return await spec.checkReady(pid)
    } catch (err) {
      const missing = (err as Error).message
      if (performance.now() > deadline)
        throw new Error(`${spec.name} is not ready: ${missing}`, { cause: err })
    }
    await Promise.race([exited, delay(POLL_MS)])
    if (exit) throw new Error(await describeExit(spec, exit))
  }
}

/** One line: who ended and how, what its log says about an end of its own making, and where that log is. */
export async function describeExit({ name, logFile }: ProcessSpec, { code, signal }: Exit): Promise<string> {
  if (signal) return `${name} was ended by ${signal} (log: ${logFile})`
  return `${name} stopped with exit code ${code}: ${await lastLine(logFile)} (log: ${logFile})`
}

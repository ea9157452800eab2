import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { guard } from './guard.ts'
import type { ProcessSpec } from './spec.ts'

export interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
}

export interface Launched {
  pid: number
  exited: Promise<Exit>
  /** Sends the stop signal, waits, and kills what does not go. */
  stop(): Promise<void>
  kill(): void
}

/** Starts a program with its output appended to its log; it ends with this process, however that ends. */
export async function launch(spec: ProcessSpec): Promise<Launched> {
  await spec.untilFree?.()
  const child = await spawnLogged(spec)
  const pid = child.pid as number
  const exited = once(child, 'exit').then(([code, signal]): Exit => ({ code, signal }))
  const guarded = await guard(pid, spec.orphanSignal)
  void exited.then(() => guarded.release())
  const kill = () => void child.kill('SIGKILL')
  return {
    pid,
    exited,
    kill,
    async stop() {
      child.kill(spec.stopSignal)
      const timer = setTimeout(kill, spec.stopTimeoutMs)
      await exited
      clearTimeout(timer)
    },
  }
}

async function spawnLogged({ name, file, args, cwd, env, ids, logFile }: ProcessSpec): Promise<ChildProcess> {
  mkdirSync(dirname(logFile), { recursive: true })
  const log = openSync(logFile, 'a', 0o600)
  try {
    // In a group of its own a terminal's Ctrl-C does not reach it: its turn in the order of the stop does.
    const child = spawn(file, args, { cwd, env, ...ids, detached: true, stdio: ['ignore', log, log] })
    await once(child, 'spawn')
    return child
  } catch (err) {
    throw new Error(`${name} could not be started: ${(err as Error).message}`, { cause: err })
  } finally {
    closeSync(log)
  }
}

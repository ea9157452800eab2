import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { guard } from './guard.ts'
import type { ProcessSpec } from './spec.ts'

export interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
}

export interface Launched {
  name: string
  pid: number
  exited: Promise<Exit>
  /** Resolves when the process answers; rejects with the end of its log when it stops or stays silent. */
  ready: Promise<void>
  /** Sends the stop signal, waits, and kills what does not go. */
  stop(): Promise<void>
  kill(): void
}

const TAIL_BYTES = 2_000
const POLL_MS = 15

/** Starts a program with its output appended to its log; it ends with this process, however that ends. */
export async function launch(spec: ProcessSpec): Promise<Launched> {
  const log = openSync(spec.logFile, 'a', 0o600)
  let child: ChildProcess
  try {
    const { file, args, cwd, env, ids } = spec
    // A process group of its own keeps a terminal's Ctrl-C from reaching servers before the order of the stop does.
    child = spawn(file, args, { cwd, env, ...ids, detached: true, stdio: ['ignore', log, log] })
    await once(child, 'spawn')
  } catch (err) {
    throw new Error(`${spec.name} could not be started: ${(err as Error).message}`, { cause: err })
  } finally {
    closeSync(log)
  }
  return supervised(child, spec)
}

async function supervised(child: ChildProcess, spec: ProcessSpec): Promise<Launched> {
  const pid = child.pid as number
  const exited = once(child, 'exit').then(([code, signal]): Exit => ({ code, signal }))
  const guarded = await guard(pid, spec.stopSignal, spec.stopTimeoutMs)
  void exited.then(() => guarded.release())
  const ready = waitUntilReady(spec, pid, exited)
  // Whoever waits for readiness gets the error; a caller that stops the process first has no use for it.
  ready.catch(() => {})
  const kill = () => void child.kill('SIGKILL')
  return {
    name: spec.name,
    pid,
    exited,
    ready,
    kill,
    async stop() {
      child.kill(spec.stopSignal)
      const timer = setTimeout(kill, spec.stopTimeoutMs)
      await exited
      clearTimeout(timer)
    },
  }
}

async function waitUntilReady(spec: ProcessSpec, pid: number, exited: Promise<Exit>): Promise<void> {
  const deadline = performance.now() + spec.readyTimeoutMs
  let exit: Exit | undefined
  void exited.then((result) => (exit = result))
  while (performance.now() < deadline) {
    if (await spec.isReady(pid).catch(() => false)) return
    await Promise.race([exited, delay(POLL_MS)])
    if (exit)
      throw new Error(`${spec.name} stopped (${exit.signal ?? exit.code}): ${await tail(spec.logFile)}`)
  }
  throw new Error(`${spec.name} did not answer within ${spec.readyTimeoutMs} ms: ${await tail(spec.logFile)}`)
}

/** The end of a log, for the message of an error. */
async function tail(path: string): Promise<string> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const { buffer, bytesRead } = await file.read({
      buffer: Buffer.alloc(Math.min(size, TAIL_BYTES)),
      position: Math.max(0, size - TAIL_BYTES),
    })
    return `see ${path}\n${buffer.toString('utf8', 0, bytesRead).trimEnd()}`
  } finally {
    await file.close()
  }
}

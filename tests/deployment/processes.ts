import { spawn } from 'node:child_process'
import { once } from 'node:events'

export interface Running {
  name: string
  /** What it has printed so far. */
  output(): string
  exited: Promise<number | null>
  /** Asks for an orderly end and gives the exit code. */
  stop(): Promise<number | null>
}

export interface Command {
  name: string
  file: string
  args: string[]
  cwd: string
  env: Record<string, string>
}

/** Starts a program that finds nothing in its environment but what is given. */
export function run({ name, file, args, cwd, env }: Command): Running {
  const child = spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-20_000)))
  const exited = once(child, 'exit').then(([code]) => code as number | null)
  return {
    name,
    exited,
    output: () => output,
    stop: () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      return exited
    },
  }
}

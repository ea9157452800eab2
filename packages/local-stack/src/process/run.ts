import { type SpawnOptions, spawn } from 'node:child_process'

export interface RunResult {
  ok: boolean
  output: string
}

const OUTPUT_CHARS = 8_000

/** Runs a program to its end without blocking; a program that does not exist is `ok: false`, like one that fails. */
export function run(file: string, args: string[], options: SpawnOptions = {}): Promise<RunResult> {
  return new Promise((resolve) => {
    let output = ''
    const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    const keep = (chunk: Buffer) => (output = (output + chunk.toString()).slice(-OUTPUT_CHARS))
    child.stdout?.on('data', keep)
    child.stderr?.on('data', keep)
    child.once('error', (err) => resolve({ ok: false, output: err.message }))
    child.once('close', (code) => resolve({ ok: code === 0, output }))
  })
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { onTestFinished } from 'vitest'
import type { ProcessState } from '../src/index.ts'
import { startSystemWith, type System, type SystemOptions } from '../src/system.ts'

/** The launcher itself, with small processes in place of Parley's services. */
const launcher = fileURLToPath(new URL('fixture/launcher.ts', import.meta.url))

export async function startFixture(options: SystemOptions = {}): Promise<System> {
  const system = await startSystemWith(launcher, options)
  onTestFinished(async () => void (await system.stop()))
  return system
}

/** Runs the launcher to its own end. */
export async function refusedStart(env: Record<string, string>): Promise<{ code: number; output: string }> {
  const child = spawn(process.execPath, [launcher], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)))
  const [code] = await once(child, 'close')
  return { code, output }
}

/** A path that does not exist yet, and is removed after the test. */
export async function scratchPath(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'parley-test-'))
  await chmod(dir, 0o755)
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  return join(dir, 'some data')
}

/** A zombie counts as gone: it only waits for its parent to notice. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

export async function processOf(system: System, name: string): Promise<ProcessState> {
  const found = (await system.state()).processes.find((one) => one.name === name)
  if (!found) throw new Error(`no process ${name}`)
  return found
}

export async function pidsOf(system: System): Promise<number[]> {
  return (await system.state()).processes.map(({ pid }) => pid)
}

export async function query(url: string, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end()
  }
}

// The running system, as its launcher describes it in DATA_DIR/state.json.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

interface Process {
  name: string
  pid: number
  port?: number
}

const dataDir = process.env['DATA_DIR'] ?? '.parley'

export async function findProcess(name: string): Promise<Process> {
  let text: string
  try {
    text = await readFile(join(dataDir, 'state.json'), 'utf8')
  } catch {
    throw new Error(`no Parley runs on ${dataDir}: run "npm start" in another terminal, or set DATA_DIR`)
  }
  const { processes } = JSON.parse(text) as { processes: Process[] }
  const found = processes.find((one) => one.name === name)
  if (!found) throw new Error(`${name} does not run on ${dataDir}`)
  return found
}

/** Ends a process without warning, and gives the seconds until the launcher has started it again. */
export async function killAndAwaitRestart(name: string): Promise<number> {
  const { pid } = await findProcess(name)
  const started = performance.now()
  process.kill(pid, 'SIGKILL')
  for (;;) {
    await delay(50)
    const now = await findProcess(name).catch(() => undefined)
    if (now && now.pid !== pid) return (performance.now() - started) / 1_000
  }
}

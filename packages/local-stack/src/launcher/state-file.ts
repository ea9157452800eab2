import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface ProcessState {
  name: string
  pid: number
  port?: number
  probe_port?: number
  started_at: string
  restarts: number
}

/** What `state.json` says about a running system. */
export interface SystemState {
  launcher: { pid: number }
  processes: ProcessState[]
}

const path = (dataDir: string) => join(dataDir, 'state.json')

/** Undefined when no system has run in this directory since the last orderly stop. */
export async function readState(dataDir: string): Promise<SystemState | undefined> {
  try {
    return JSON.parse(await readFile(path(dataDir), 'utf8')) as SystemState
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new Error(`${path(dataDir)} cannot be read: ${(err as Error).message}`, { cause: err })
  }
}

export interface StateFile {
  /** Writes what `state` gives at the moment of writing; calls that wait share one write. */
  update(): Promise<void>
  remove(): Promise<void>
}

export function stateFile(dataDir: string, state: () => SystemState): StateFile {
  let last = Promise.resolve()
  let waiting: Promise<void> | undefined
  const write = async () => {
    waiting = undefined
    // Readers see the old file or the whole new one.
    await writeFile(`${path(dataDir)}.tmp`, `${JSON.stringify(state(), null, 2)}\n`)
    await rename(`${path(dataDir)}.tmp`, path(dataDir))
  }
  return {
    update() {
      // A write that failed, on a full disk say, is its caller's to report; the next one is tried all the same.
      waiting ??= last = last.catch(() => {}).then(write)
      return waiting
    },
    async remove() {
      await last.catch(() => {})
      await rm(path(dataDir), { force: true })
    },
  }
}

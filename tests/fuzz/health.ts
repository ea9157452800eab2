import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { System } from '@parley/local-stack'

export interface Health {
  /** What has gone wrong since it was asked last: processes that ended, and what they logged as an error. */
  faults(): Promise<string[]>
}

const ERROR_LEVEL = 50

/** Looks at a system from outside. */
export async function watchHealth(system: System): Promise<Health> {
  const read = new Map<string, number>()
  const services = async () =>
    (await system.state()).processes.filter(({ name }) => !['postgres', 'nats'].includes(name))
  const started = new Map((await services()).map(({ name, pid }) => [name, pid]))

  const newLines = async (name: string): Promise<string[]> => {
    await using file = await open(join(system.dataDir, 'logs', `${name}.log`))
    const from = read.get(name) ?? 0
    const { size } = await file.stat()
    const { buffer } = await file.read({ buffer: Buffer.alloc(size - from), position: from })
    const end = buffer.lastIndexOf('\n') + 1
    read.set(name, from + end)
    return buffer.subarray(0, end).toString().split('\n').filter(Boolean)
  }
  return {
    faults: async () => {
      const faults: string[] = []
      for (const { name, pid } of await services()) {
        if (started.get(name) !== pid) faults.push(`${name} ended and was started again`)
        started.set(name, pid)
        faults.push(...(await newLines(name)).filter(isFault).map((line) => `${name} logged ${line}`))
      }
      return faults
    },
  }
}

/** An error, or what no logger wrote: a stack, or the last words of a process. */
function isFault(line: string): boolean {
  if (!line.startsWith('{')) return true
  const { level } = JSON.parse(line) as { level: number }
  return level >= ERROR_LEVEL
}

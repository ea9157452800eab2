import { readdirSync, readFileSync } from 'node:fs'
import type { ProcessState } from '@parley/local-stack'

const TICKS_PER_SECOND = 100

interface Process {
  parent: number
  seconds: number
}

/** CPU seconds so far, by the names of a system's processes, each with its children (Linux, /proc/PID/stat). */
export function cpuSeconds(processes: readonly Pick<ProcessState, 'name' | 'pid'>[]): Map<string, number> {
  const all = new Map<number, Process>()
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry)
    const found = Number.isInteger(pid) ? readProcess(pid) : undefined
    if (found) all.set(pid, found)
  }
  const names = new Map(processes.map(({ name, pid }) => [pid, name]))
  const seconds = new Map(processes.map(({ name }) => [name, 0]))
  for (const [pid, own] of all) {
    const name = nameOf(pid, all, names)
    if (name) seconds.set(name, (seconds.get(name) ?? 0) + own.seconds)
  }
  return seconds
}

function nameOf(pid: number, all: Map<number, Process>, names: Map<number, string>): string | undefined {
  for (let at: number | undefined = pid; at; at = all.get(at)?.parent) {
    const name = names.get(at)
    if (name) return name
  }
  return undefined
}

function readProcess(pid: number): Process | undefined {
  let stat: string
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  } catch {
    // It ended between the listing and the reading.
    return undefined
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  // Its own, and that of its children that have ended: utime, stime, cutime, cstime.
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
  return { parent: Number(fields[1]), seconds: ticks / TICKS_PER_SECOND }
}

/** What each used between two readings, and all together. */
export function cpuUsed(before: Map<string, number>, after: Map<string, number>) {
  const byName = new Map([...after].map(([name, seconds]) => [name, seconds - (before.get(name) ?? 0)]))
  return { byName, total: [...byName.values()].reduce((sum, seconds) => sum + seconds, 0) }
}

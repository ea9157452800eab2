import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const LEFTOVER_LIMIT_MS = 10_000
const CHILDREN_LIMIT_MS = 5_000
const POLL_MS = 50
// The lines of postmaster.pid that PostgreSQL keeps for pg_ctl (src/include/utils/pidfile.h).
const PID_LINE = 0
const MEMORY_LINE = 6
const STATUS_LINE = 7

/** Rejects until process `pid` serves `dataDir` and lets clients in. */
export async function assertReady(dataDir: string, pid: number): Promise<void> {
  const lines = await pidFile(dataDir)
  if (Number(lines[PID_LINE]) !== pid) throw new Error('PostgreSQL has not taken its data directory')
  const status = lines[STATUS_LINE]?.trim()
  if (status !== 'ready') throw new Error(`PostgreSQL is ${status || 'starting'}`)
}

/** Waits while a server of a killed starter still shuts down in `dataDir`, or processes of a killed server do. */
export async function leftoverGone(dataDir: string): Promise<void> {
  const deadline = performance.now() + LEFTOVER_LIMIT_MS
  for (;;) {
    const pid = Number((await pidFile(dataDir))[PID_LINE])
    if (!pid) return
    // Its guard is stopping it.
    if (!(await isPostgresOf(pid, dataDir))) return childrenGone(dataDir)
    if (performance.now() > deadline) throw new Error(`${dataDir} is in use by PostgreSQL process ${pid}`)
    await delay(POLL_MS)
  }
}

/** The processes of a killed server end by themselves once they notice; while one lives, PostgreSQL refuses to start. */
async function childrenGone(dataDir: string): Promise<void> {
  const deadline = performance.now() + CHILDREN_LIMIT_MS
  const [, memory] = (await pidFile(dataDir))[MEMORY_LINE]?.trim().split(/\s+/) ?? []
  // After the time is over PostgreSQL itself decides, and says why.
  while (memory !== undefined && performance.now() < deadline && (await isAttached(memory)))
    await delay(POLL_MS)
}

async function pidFile(dataDir: string): Promise<string[]> {
  // No such file: no server.
  const text = await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => '')
  return text.split('\n')
}

/** The number in a stale file may belong to another program by now; without /proc PostgreSQL itself decides. */
async function isPostgresOf(pid: number, dataDir: string): Promise<boolean> {
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  return command.split('\0').includes(dataDir)
}

/** Whether a process holds this System V shared memory; nobody does where the kernel does not tell. */
async function isAttached(id: string): Promise<boolean> {
  const table = await readFile('/proc/sysvipc/shm', 'utf8').catch(() => '')
  return table.split('\n').some((line) => {
    const [, shmid, , , , , attached] = line.trim().split(/\s+/)
    return shmid === id && Number(attached) > 0
  })
}

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const LEFTOVER_LIMIT_MS = 10_000
// The lines of postmaster.pid that PostgreSQL keeps for pg_ctl (src/include/utils/pidfile.h).
const PID_LINE = 0
const STATUS_LINE = 7

/** Rejects until process `pid` serves `dataDir` and lets clients in. */
export async function assertReady(dataDir: string, pid: number): Promise<void> {
  const lines = await pidFile(dataDir)
  if (Number(lines[PID_LINE]) !== pid) throw new Error('PostgreSQL has not taken its data directory')
  const status = lines[STATUS_LINE]?.trim()
  if (status !== 'ready') throw new Error(`PostgreSQL is ${status || 'starting'}`)
}

/** Waits while a server of a killed starter still shuts down in `dataDir`; its guard is stopping it. */
export async function leftoverGone(dataDir: string): Promise<void> {
  const deadline = performance.now() + LEFTOVER_LIMIT_MS
  for (;;) {
    const pid = Number((await pidFile(dataDir))[PID_LINE])
    if (!pid || !(await isPostgresOf(pid, dataDir))) return
    if (performance.now() > deadline) throw new Error(`${dataDir} is in use by PostgreSQL process ${pid}`)
    await delay(50)
  }
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

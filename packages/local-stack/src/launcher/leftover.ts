import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { readState } from './state-file.ts'

const PATIENCE_MS = 8_000

/** After a launcher was killed its processes are still being stopped for a moment: waits, then kills what stays. */
export async function leftoversGone(dataDir: string): Promise<void> {
  const processes = (await readState(dataDir))?.processes ?? []
  const deadline = performance.now() + PATIENCE_MS
  for (const { pid } of processes) {
    while (await belongsTo(dataDir, pid)) {
      if (performance.now() > deadline) process.kill(pid, 'SIGKILL')
      await delay(50)
    }
  }
}

/** A pid may have been given to a stranger since: ours have the directory in their environment or on their command line. */
async function belongsTo(dataDir: string, pid: number): Promise<boolean> {
  for (const file of ['cmdline', 'environ']) {
    // Gone, or not ours to look into; without /proc nothing is waited for.
    const text = await readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')
    const words = text.split('\0')
    if (words.some((word) => word === `DATA_DIR=${dataDir}` || word.startsWith(`${dataDir}/`))) return true
  }
  return false
}

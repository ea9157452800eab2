import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/**
 * Takes a data directory for this process alone; false when another one has it. SQLite's lock on the file is the
 * kernel's, which takes it back however the process ends.
 */
export function lockDataDir(dataDir: string): Disposable | undefined {
  const database = openLock(join(dataDir, 'launcher.lock'))
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    return { [Symbol.dispose]: () => database.close() }
  } catch (err) {
    database.close()
    if ((err as { errcode?: number }).errcode === SQLITE_BUSY) return undefined
    throw err
  }
}

const SQLITE_BUSY = 5

function openLock(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path, { timeout: 0 })
  } catch (err) {
    throw new Error(`DATA_DIR cannot be used: ${path}: ${(err as Error).message}`, { cause: err })
  }
}

import { existsSync } from 'node:fs'
import { chmod, mkdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Makes the directory of a system's data and logs, unless it is there. */
export async function makeDataDir(dataDir: string): Promise<void> {
  try {
    if (!existsSync(dataDir)) {
      await mkdir(dataDir, { recursive: true })
      // Others may pass through it, as PostgreSQL does when root starts it, and look at nothing.
      await chmod(dataDir, 0o711)
    }
    await mkdir(join(dataDir, 'logs'), { recursive: true, mode: 0o700 })
  } catch (err) {
    throw new Error(`DATA_DIR cannot be used: ${(err as Error).message}`, { cause: err })
  }
}

import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface DataPlace {
  dataDir: string
  logFile: string
  /** Removes what was made here; a directory that the caller gave stays. */
  release(): Promise<void>
}

/** The caller's directory, or else a temporary one. */
export async function dataPlace(purpose: string, dataDir?: string): Promise<DataPlace> {
  if (dataDir) return { dataDir, logFile: `${dataDir}.log`, release: async () => {} }
  const temporary = await mkdtemp(join(tmpdir(), `parley-${purpose}-`))
  // Another user passes through it when root starts PostgreSQL.
  await chmod(temporary, 0o711)
  return {
    dataDir: join(temporary, 'data'),
    logFile: join(temporary, 'log'),
    release: () => rm(temporary, { recursive: true, force: true }),
  }
}

import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ProcessSpec } from '../process/spec.ts'
import { postgresBinaries } from './binaries.ts'
import { prepareDataDir } from './data-dir.ts'
import { assertReady, leftoverGone } from './pid-file.ts'
import { findRunAs } from './run-as.ts'

export interface PostgresPlace {
  dataDir: string
  port: number
  /** False trades safety at a power cut for speed; for tests. */
  durable: boolean
  logFile: string
}

/** The embedded PostgreSQL as a process to launch: initialises the data directory where there is none. */
export async function postgresSpec({ dataDir, port, durable, logFile }: PostgresPlace): Promise<ProcessSpec> {
  const binaries = await postgresBinaries()
  await mkdir(dirname(dataDir), { recursive: true })
  const as = await findRunAs(binaries.postgres, dirname(dataDir))
  await leftoverGone(dataDir)
  await prepareDataDir({ dataDir, durable }, as, binaries)
  const [file = '', ...args] = [...as.prefix, binaries.postgres, '-D', dataDir, '-p', String(port)]
  for (const setting of [...SETTINGS, ...(durable ? [] : UNSAFE)]) args.push('-c', setting)
  return {
    name: 'postgres',
    file,
    args,
    cwd: '/',
    env: { LC_ALL: 'C' },
    ...(as.ids ? { ids: as.ids } : {}),
    logFile,
    untilFree: () => leftoverGone(dataDir),
    checkReady: (pid) => assertReady(dataDir, pid),
    stopSignal: 'SIGINT',
    stopTimeoutMs: 4_000,
    orphanSignal: 'SIGINT',
  }
}

export const postgresUrl = (port: number, database = 'postgres') =>
  `postgres://postgres@127.0.0.1:${port}/${database}`

const SETTINGS = [
  ...['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=400', 'timezone=UTC'],
  ...['jit=off', 'max_wal_size=2GB', 'log_checkpoints=off'],
]
const UNSAFE = ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off']

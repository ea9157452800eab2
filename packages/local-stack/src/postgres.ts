import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readStackConfig } from './config.ts'
import { containerEngineAnswers } from './container-engine.ts'
import { ensureDatabase } from './postgres/client.ts'
import { postgresSpec, postgresUrl } from './postgres/spec.ts'
import { freePort } from './process/free-port.ts'
import { launch } from './process/launch.ts'
import type { RunningServer } from './running-server.ts'
import { temporaryDir } from './temporary-dir.ts'

export interface PostgresOptions {
  /** A server that runs already; nothing is started then. */
  url?: string
  /** Data that outlive the server; without it a container or a directory that goes with it. */
  dataDir?: string
  port?: number
  database?: string
  /** False trades safety at a power cut for speed; for tests. */
  durable?: boolean
}

/** A real PostgreSQL: the caller's, else a container's where an engine answers, else the embedded one. */
export async function startPostgres(options: PostgresOptions = {}): Promise<RunningServer> {
  const { url, dataDir, database = 'postgres' } = options
  if (url) return { url, kind: 'external', stop: async () => {} }
  if (!dataDir && (await containerEngineAnswers(readStackConfig()))) return inContainer(database)
  return embedded(options, database)
}

async function inContainer(database: string): Promise<RunningServer> {
  const { PostgreSqlContainer } = await import('@testcontainers/postgresql')
  const container = await new PostgreSqlContainer('postgres:18-alpine').withDatabase(database).start()
  return {
    url: container.getConnectionUri(),
    kind: 'container',
    stop: async () => void (await container.stop()),
  }
}

async function embedded(options: PostgresOptions, database: string): Promise<RunningServer> {
  const { durable = false, port = await freePort() } = options
  const temporary = options.dataDir ? undefined : await temporaryDir('postgres')
  const dataDir = options.dataDir ?? join(temporary as string, 'data')
  const removeTemporary = async () => {
    if (temporary) await rm(temporary, { recursive: true, force: true })
  }
  try {
    const server = await launch(await postgresSpec({ dataDir, port, durable, logFile: `${dataDir}.log` }))
    await server.ready.catch(async (err: unknown) => {
      await server.stop()
      throw err
    })
    const url = postgresUrl(port, database)
    await ensureDatabase(url)
    return {
      url,
      kind: 'embedded',
      pid: server.pid,
      stop: async () => {
        await server.stop()
        await removeTemporary()
      },
    }
  } catch (err) {
    await removeTemporary()
    throw err
  }
}

import { readStackConfig } from './config.ts'
import { containerEngineAnswers } from './container-engine.ts'
import { ensureDatabase } from './postgres/client.ts'
import { dataPlace } from './data-place.ts'
import { postgresSpec, postgresUrl } from './postgres/spec.ts'
import { freePort } from './process/free-port.ts'
import { launchReady } from './process/ready.ts'
import type { RunningServer } from './running-server.ts'

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
  const place = await dataPlace('postgres', options.dataDir)
  try {
    const server = await launchReady(await postgresSpec({ ...place, port, durable }))
    const url = postgresUrl(port, database)
    await ensureDatabase(url)
    const stop = () => server.stop().then(place.release)
    return { url, kind: 'embedded', pid: server.pid, stop }
  } catch (err) {
    await place.release()
    throw err
  }
}

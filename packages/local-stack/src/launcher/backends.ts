import { join } from 'node:path'
import { readStackConfig } from '../config.ts'
import { findNatsServer } from '../nats/find.ts'
import { natsSpec, natsUrl } from '../nats/spec.ts'
import { assertAnswers, ensureDatabase } from '../postgres/client.ts'
import { postgresSpec, postgresUrl } from '../postgres/spec.ts'
import { freePort } from '../process/free-port.ts'
import type { ProcessTable } from './process-table.ts'
import type { Backends } from './service-spec.ts'
import type { LauncherSettings } from './settings.ts'

/** Starts Postgres and nats-server, each unless its URL is given. */
export async function startBackends(settings: LauncherSettings, table: ProcessTable): Promise<Backends> {
  const [databaseUrl, busUrl] = await Promise.all([
    startPostgres(settings, table),
    startNats(settings, table),
  ])
  return { databaseUrl, natsUrl: busUrl }
}

async function startPostgres(
  { databaseUrl, dataDir }: LauncherSettings,
  table: ProcessTable,
): Promise<string> {
  if (databaseUrl) {
    await assertAnswers(databaseUrl)
    return databaseUrl
  }
  const port = await freePort()
  const logFile = join(dataDir, 'logs', 'postgres.log')
  const spec = await postgresSpec({ dataDir: join(dataDir, 'postgres'), port, durable: true, logFile })
  await table.start('postgres', [{ spec, ports: { port } }])
  const url = postgresUrl(port, 'parley')
  await ensureDatabase(url)
  return url
}

async function startNats(
  { natsUrl: given, dataDir }: LauncherSettings,
  table: ProcessTable,
): Promise<string> {
  if (given) return given
  const binary = await findNatsServer(readStackConfig())
  const [port, monitorPort] = [await freePort(), await freePort()]
  const logFile = join(dataDir, 'logs', 'nats.log')
  const spec = await natsSpec({ binary, dataDir: join(dataDir, 'nats'), port, monitorPort, logFile })
  await table.start('nats', [{ spec, ports: { port, probe_port: monitorPort } }])
  return natsUrl(port)
}

import { join } from 'node:path'
import { serviceNames } from '@parley/protocol'
import { readStackConfig } from '../config.ts'
import { findNatsServer } from '../nats/find.ts'
import { authorizationOf } from '../nats/config-file.ts'
import { natsSpec, natsUrl } from '../nats/spec.ts'
import { makeNatsKeys } from '../nats/users.ts'
import { assertAnswers, ensureDatabase, ensureRoles } from '../postgres/client.ts'
import { postgresSpec, postgresUrl } from '../postgres/spec.ts'
import { freePort } from '../process/free-port.ts'
import type { ProcessTable } from './process-table.ts'
import type { Backends } from './service-spec.ts'
import type { LauncherSettings } from './settings.ts'

/** Starts Postgres and nats-server, each unless its URL is given. Each service knows those that are started as itself. */
export async function startBackends(settings: LauncherSettings, table: ProcessTable): Promise<Backends> {
  const [postgres, nats] = await Promise.all([startPostgres(settings, table), startNats(settings, table)])
  return { ...postgres, ...nats }
}

type Postgres = Pick<Backends, 'databaseUrl' | 'roleOf'>

async function startPostgres(
  { databaseUrl, dataDir }: LauncherSettings,
  table: ProcessTable,
): Promise<Postgres> {
  if (databaseUrl) {
    await assertAnswers(databaseUrl)
    return { databaseUrl }
  }
  const port = await freePort()
  const logFile = join(dataDir, 'logs', 'postgres.log')
  const spec = await postgresSpec({ dataDir: join(dataDir, 'postgres'), port, durable: true, logFile })
  await table.start('postgres', [{ spec, ports: { port } }])
  const url = postgresUrl(port, 'parley')
  await ensureDatabase(url)
  await ensureRoles(url, serviceNames.map(roleOf))
  return { databaseUrl: url, roleOf }
}

const roleOf = (service: string): string => `parley_${service}`

type Nats = Pick<Backends, 'natsUrl' | 'natsKeys'>

async function startNats({ natsUrl: given, dataDir }: LauncherSettings, table: ProcessTable): Promise<Nats> {
  if (given) return { natsUrl: given }
  const binary = await findNatsServer(readStackConfig())
  const [port, monitorPort] = [await freePort(), await freePort()]
  const logFile = join(dataDir, 'logs', 'nats.log')
  const natsKeys = await makeNatsKeys(join(dataDir, 'nats-keys'))
  const authorization = authorizationOf(natsKeys.users)
  const place = { binary, dataDir: join(dataDir, 'nats'), port, monitorPort, logFile, authorization }
  await table.start('nats', [{ spec: await natsSpec(place), ports: { port, probe_port: monitorPort } }])
  return { natsUrl: natsUrl(port), natsKeys }
}

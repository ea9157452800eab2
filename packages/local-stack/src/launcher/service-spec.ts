import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../process/free-port.ts'
import { httpGet } from '../process/http-get.ts'
import type { NatsKeys } from '../nats/users.ts'
import { restoredMark } from './copies.ts'
import type { AppName, ServicePlan } from './services.ts'
import type { LauncherSettings } from './settings.ts'
import type { SupervisedSpec } from './supervise.ts'

export interface Backends {
  /** As the role that owns everything. */
  databaseUrl: string
  /** As whom a service uses the database; undefined where one is given, with a role of its own. */
  roleOf?: (service: string) => string
  natsUrl: string
  /** Undefined where a server is given. */
  natsKeys?: NatsKeys
}

/** Longer than a service needs that has nothing to drain. */
const STOP_MS = 2_000

/** A service as a process to supervise; its probe port stays the same over restarts. */
export async function serviceSpec(
  plan: ServicePlan,
  settings: LauncherSettings,
  backends: Backends,
): Promise<SupervisedSpec> {
  const { name, app, args, gatewayPort } = plan
  const probePort = await freePort()
  const drainMs = gatewayPort === undefined ? 0 : settings.drainSeconds * 1_000
  return {
    ports: { ...(gatewayPort === undefined ? {} : { port: gatewayPort }), probe_port: probePort },
    spec: {
      name,
      file: process.execPath,
      args,
      cwd: process.cwd(),
      env: {
        ...(app === 'messaging' && framesByLane(settings)),
        ...settings.passedOn,
        INSTANCE: name,
        ...backendEnv(app, backends),
        DATA_DIR: settings.dataDir,
        DRAIN_SECONDS: String(settings.drainSeconds),
        PROBE_PORT: String(probePort),
        HOST: settings.host,
        PORT: gatewayPort === undefined ? undefined : String(gatewayPort),
      },
      logFile: join(settings.dataDir, 'logs', `${name}.log`),
      checkReady: async () => {
        await httpGet(`http://127.0.0.1:${probePort}/readyz`)
        if (gatewayPort) await httpGet(`${gatewayUrl(settings.host, gatewayPort)}/healthz`)
      },
      stopSignal: 'SIGTERM',
      stopTimeoutMs: drainMs + STOP_MS,
      orphanSignal: 'SIGKILL',
    },
  }
}

/** Gateways that may hear what others have sockets for, and still cost less so. */
const MOST_GATEWAYS_HEARING_ALL = 4

/** All that is started here is of one build. */
const framesByLane = ({ ports }: LauncherSettings): NodeJS.ProcessEnv => ({
  FRAMES_BY_LANE: String(ports.length <= MOST_GATEWAYS_HEARING_ALL),
})

/** A gateway has nothing to do with the database. */
function backendEnv(app: AppName, { databaseUrl, roleOf, natsUrl, natsKeys }: Backends): NodeJS.ProcessEnv {
  const nats = { NATS_URL: natsUrl, ...(natsKeys && { NATS_NKEY_FILE: natsKeys.seedFile(app) }) }
  if (app === 'gateway') return { ...nats, DATABASE_URL: undefined }
  if (!roleOf) return { ...nats, DATABASE_URL: databaseUrl }
  const url = new URL(databaseUrl)
  url.username = roleOf(app)
  return { ...nats, DATABASE_URL: url.href, MIGRATE_AT_START: 'false' }
}

/** For the migration of a service, which has rights that the service itself has not. */
export function migrationEnv(
  app: AppName,
  { passedOn, dataDir }: LauncherSettings,
  { databaseUrl, roleOf, natsUrl, natsKeys }: Backends,
): NodeJS.ProcessEnv {
  return {
    ...passedOn,
    DATABASE_URL: databaseUrl,
    ...(existsSync(restoredMark(dataDir)) && { NEW_EPOCH: 'true' }),
    ...(roleOf && { DATABASE_ROLE: roleOf(app) }),
    NATS_URL: natsUrl,
    ...(natsKeys && { NATS_NKEY_FILE: natsKeys.seedFile('provisioner') }),
  }
}

/** Where this machine reaches a gateway that listens on `host`. */
export function gatewayUrl(host: string, port: number): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`
}

import { join } from 'node:path'
import { freePort } from '../process/free-port.ts'
import { httpGet } from '../process/http-get.ts'
import type { ServicePlan } from './services.ts'
import type { LauncherSettings } from './settings.ts'
import type { SupervisedSpec } from './supervise.ts'

export interface Backends {
  databaseUrl: string
  natsUrl: string
}

/** Longer than a service needs that has nothing to drain. */
const STOP_MS = 2_000

/** A service as a process to supervise; its probe port stays the same over restarts. */
export async function serviceSpec(
  plan: ServicePlan,
  settings: LauncherSettings,
  backends: Backends,
): Promise<SupervisedSpec> {
  const { name, args, gatewayPort } = plan
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
        ...settings.passedOn,
        INSTANCE: name,
        DATABASE_URL: backends.databaseUrl,
        NATS_URL: backends.natsUrl,
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

/** Where this machine reaches a gateway that listens on `host`. */
export function gatewayUrl(host: string, port: number): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`
}

import { postgresUrl } from './postgres/spec.ts'
import { natsUrl } from './nats/spec.ts'
import { gatewayUrl } from './launcher/service-spec.ts'
import type { LauncherSettings } from './launcher/settings.ts'
import { type SystemState, readState } from './launcher/state-file.ts'

export interface SystemUrls {
  gateways: string[]
  databaseUrl: string
  natsUrl: string
}

/** Where the parts of the system that runs on a data directory are; rejects when none does. */
export async function findSystem(settings: LauncherSettings): Promise<SystemUrls> {
  const state = await readState(settings.dataDir)
  if (!state) throw new Error(`no Parley runs on ${settings.dataDir}: start it first, or set DATA_DIR`)
  return systemUrls(state, settings)
}

export function systemUrls({ processes }: SystemState, settings: LauncherSettings): SystemUrls {
  const portOf = (name: string) => {
    const port = processes.find((one) => one.name === name)?.port
    if (port === undefined) throw new Error(`${name} does not run on ${settings.dataDir}`)
    return port
  }
  return {
    gateways: processes
      .filter(({ name, port }) => name.startsWith('gateway-') && port !== undefined)
      .map(({ port }) => gatewayUrl(settings.host, port as number)),
    databaseUrl: settings.databaseUrl ?? postgresUrl(portOf('postgres'), 'parley'),
    natsUrl: settings.natsUrl ?? natsUrl(portOf('nats')),
  }
}

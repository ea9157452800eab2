import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ServiceName } from '@parley/protocol'

/** A service as the launcher sees it. */
export interface ServicePlan {
  name: string
  app: AppName
  /** Arguments of Node: the script, behind options of V8. */
  args: string[]
  /** Gateways serve on a port of their own, and are stopped before the services that they call. */
  gatewayPort?: number
  /** The script that runs to its end before the service is started. */
  migration?: string
}

export type AppName = ServiceName | 'gateway'

/**
 * Options of V8 for an app; its image has the same. The collector's helper threads burn more than they spare where the cores
 * have other work. A batch's objects live for a few milliseconds: with more room fewer of them are alive when the collector
 * comes. But as much room as a burst of connections fills would stay with the gateway: 50 MB, 10 KB a socket at 5,000.
 */
const OPTIONS: Partial<Record<AppName, readonly string[]>> = {
  messaging: ['--single-threaded-gc', '--max-semi-space-size=64'],
  gateway: ['--single-threaded-gc', '--max-semi-space-size=8'],
}

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))

/** The services of Parley, built. */
export function parleyServices(gatewayPorts: number[]): ServicePlan[] {
  const script = (app: AppName, file: string) => join(ROOT, 'apps', app, 'dist', file)
  const args = (app: AppName) => [...(OPTIONS[app] ?? []), script(app, 'main.js')]
  return [
    ...(['auth', 'matching', 'messaging'] as const).map((app) => ({
      name: app,
      app,
      args: args(app),
      migration: script(app, 'migrate.js'),
    })),
    ...gatewayPorts.map((gatewayPort, index) => ({
      name: `gateway-${index + 1}`,
      app: 'gateway' as const,
      args: args('gateway'),
      gatewayPort,
    })),
  ]
}

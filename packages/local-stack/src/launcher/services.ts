import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A service as the launcher sees it. */
export interface ServicePlan {
  name: string
  /** Arguments of Node: the script first. */
  args: string[]
  /** Gateways serve on a port of their own, and are stopped before the services that they call. */
  gatewayPort?: number
}

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))

/** The services of Parley, built. */
export function parleyServices(gatewayPorts: number[]): ServicePlan[] {
  const args = (app: string) => [join(ROOT, 'apps', app, 'dist', 'main.js')]
  return [
    ...['auth', 'matching', 'messaging'].map((name) => ({ name, args: args(name) })),
    ...gatewayPorts.map((gatewayPort, index) => ({
      name: `gateway-${index + 1}`,
      args: args('gateway'),
      gatewayPort,
    })),
  ]
}

import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A service as the launcher sees it. */
export interface ServicePlan {
  name: string
  /** Arguments of Node: the script, behind options of V8. */
  args: string[]
  /** Gateways serve on a port of their own, and are stopped before the services that they call. */
  gatewayPort?: number
}

/** As much room for new objects as a burst of connections fills would stay with the gateway: 50 MB, 10 KB a socket at 5,000. */
const SMALL_YOUNG_HEAP = '--max-semi-space-size=8'

/** A batch's objects live for a few milliseconds: with more room fewer of them are alive when the collector comes. */
const LARGE_YOUNG_HEAP = '--max-semi-space-size=64'

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))

/** The services of Parley, built. */
export function parleyServices(gatewayPorts: number[]): ServicePlan[] {
  const args = (app: string) => [join(ROOT, 'apps', app, 'dist', 'main.js')]
  return [
    ...['auth', 'matching'].map((name) => ({ name, args: args(name) })),
    { name: 'messaging', args: [LARGE_YOUNG_HEAP, ...args('messaging')] },
    ...gatewayPorts.map((gatewayPort, index) => ({
      name: `gateway-${index + 1}`,
      args: [SMALL_YOUNG_HEAP, ...args('gateway')],
      gatewayPort,
    })),
  ]
}

import type { AddressInfo } from 'node:net'
import {
  connectBus,
  createLog,
  createMetrics,
  serveProbes,
  startService,
  type Use,
} from '@parley/service-kit'
import { createAddressOf } from './access/client-address.ts'
import { watchEndedSessions } from './access/ended-sessions.ts'
import { watchKeys } from './access/keys.ts'
import { createOriginRule } from './access/origins.ts'
import { createTokens } from './access/tokens.ts'
import type { Config } from './config.ts'
import { createForward } from './forward.ts'
import { addHealthRoute, createHealth } from './http/health.ts'
import { addPages } from './http/pages.ts'
import { addRpcRoutes } from './http/rpc-routes.ts'
import { createServer } from './http/server.ts'
import { createLaneInfo } from './lane-info.ts'
import { createGatewayMetrics } from './metrics.ts'
import { startSockets } from './socket/start.ts'

/** Where it can be reached. */
export interface Gateway {
  port: number
  probePort: number
}

/** Faces the network for all services: HTTP, sockets, and nothing that it would have to remember. */
export function startGateway(config: Config): Promise<Gateway & AsyncDisposable> {
  return startService(async (use: Use) => {
    const { INSTANCE: instance, NATS_URL: url, ACCESS_TOKEN_TTL } = config
    const log = createLog({ service: 'gateway', instance, level: config.LOG_LEVEL })
    const metrics = createMetrics('gateway')
    const figures = createGatewayMetrics(metrics)
    const bus = use(await connectBus({ service: 'gateway', instance, url, log, metrics }))
    const keys = use(watchKeys(bus, log))
    const ended = use(watchEndedSessions({ bus, log, keepMs: (ACCESS_TOKEN_TTL + 60) * 1_000 }))
    const { TOKEN_ISSUER: issuer, TOKEN_AUDIENCE: audience } = config
    const tokens = createTokens({ keys, ended, issuer, audience, maxAgeSeconds: ACCESS_TOKEN_TTL })
    const forward = createForward(bus)
    const origins = createOriginRule({ allowed: config.ALLOWED_ORIGINS, host: config.HOST })
    const addressOf = createAddressOf(config.TRUSTED_PROXIES)

    const sockets = startSockets({
      config,
      use,
      ...{ bus, log, metrics: figures, keys, ended, tokens, forward, origins, addressOf },
      laneInfo: createLaneInfo(bus),
    })
    const app = await createServer({
      log,
      origins,
      addressOf,
      mayUpgrade: sockets.gate.mayUpgrade,
      observe: figures.httpAnswered,
    })
    const checks = { keys: keys.check, drain: sockets.check }
    const { PROBE_HOST, PROBE_PORT, HOST, PORT } = config
    const probes = use(
      await serveProbes({
        host: PROBE_HOST,
        port: PROBE_PORT,
        registry: metrics.registry,
        checks: { nats: bus.check, ...checks },
      }),
    )
    addHealthRoute(app, createHealth({ bus, checks }))
    addRpcRoutes(app, { tokens, forward })
    addPages(app)
    await sockets.serve(app)
    use({ [Symbol.asyncDispose]: () => app.close() })
    await app.listen({ port: PORT, host: HOST })
    use({ [Symbol.asyncDispose]: () => sockets.drain(app.server) })
    const { port } = app.server.address() as AddressInfo
    log.info({ port, probe_port: probes.port }, 'gateway is open')
    return { port, probePort: probes.port }
  })
}

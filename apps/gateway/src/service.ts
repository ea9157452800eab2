import type { AddressInfo } from 'node:net'
import {
  connectBus,
  natsServer,
  serveProbes,
  startService,
  startTelemetry,
  type Use,
} from '@parley/service-kit'
import { createAddressOf } from './access/client-address.ts'
import { watchEndedSessions } from './access/ended-sessions.ts'
import { watchKeys } from './access/keys.ts'
import { createOriginRule } from './access/origins.ts'
import { createRequestLimiter } from './access/request-limits.ts'
import { createTokens } from './access/tokens.ts'
import { startSiblings } from './cluster/siblings.ts'
import type { Config } from './config.ts'
import { createForward } from './forward.ts'
import { addHealthRoute, createHealth } from './http/health.ts'
import { addPages } from './http/pages.ts'
import { addRpcRoutes } from './http/rpc-routes.ts'
import { closeServer, createServer } from './http/server.ts'
import { addWebApp } from './http/web-app.ts'
import { createBacklogMetrics, createGatewayMetrics } from './metrics.ts'
import { startSockets } from './socket/start.ts'

/** Where it can be reached. */
export interface Gateway {
  port: number
  probePort: number
}

/** Faces the network for all services: HTTP, sockets, and nothing that it would have to remember. */
export function startGateway(config: Config): Promise<Gateway & AsyncDisposable> {
  return startService(async (use: Use) => {
    const { INSTANCE: instance, ACCESS_TOKEN_TTL } = config
    const telemetry = use(startTelemetry('gateway', config))
    const { log, metrics, tracing } = telemetry
    const figures = createGatewayMetrics(metrics)
    const bus = use(await connectBus({ service: 'gateway', instance, ...natsServer(config), ...telemetry }))
    const keys = use(watchKeys(bus, log))
    const ended = use(watchEndedSessions({ bus, log, keepMs: (ACCESS_TOKEN_TTL + 60) * 1_000 }))
    const { TOKEN_ISSUER: issuer, TOKEN_AUDIENCE: audience } = config
    const tokens = createTokens({ keys, ended, issuer, audience, maxAgeSeconds: ACCESS_TOKEN_TTL })
    const forward = createForward(bus, figures)
    const siblings = use(startSiblings({ bus, log, beatMs: config.PRESENCE_BEAT_MS }))
    const limiter = use(
      createRequestLimiter({
        siblings,
        personFactor: config.PERSON_LIMIT_FACTOR,
        addressFactor: config.ADDRESS_LIMIT_FACTOR,
        limited: figures.limited,
      }),
    )
    const origins = createOriginRule({ allowed: config.ALLOWED_ORIGINS, host: config.HOST })
    const addressOf = createAddressOf(config.TRUSTED_PROXIES)

    const sockets = startSockets({
      config,
      use,
      ...{ bus, siblings, log, metrics: figures, keys, ended, tokens, forward, origins, addressOf, limiter },
    })
    createBacklogMetrics(metrics, sockets.state)
    const app = await createServer({
      log,
      origins,
      addressOf,
      mayUpgrade: sockets.gate.mayUpgrade,
      mostConnections: config.MAX_CONNECTIONS,
      observe: figures.httpAnswered,
      tracing,
    })
    const checks = { keys: keys.check, drain: sockets.check, frames: sockets.checkFrames }
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
    addRpcRoutes(app, { tokens, forward, limiter })
    addPages(app)
    addWebApp(app)
    await sockets.serve(app)
    use({ [Symbol.asyncDispose]: () => closeServer(app) })
    await app.listen({ port: PORT, host: HOST })
    use({ [Symbol.asyncDispose]: () => sockets.drain(app.server) })
    const { port } = app.server.address() as AddressInfo
    log.info({ port, probe_port: probes.port }, 'gateway is open')
    return { port, probePort: probes.port }
  })
}

import type { Server } from 'node:http'
import type { Bus, Check, Logger, Use } from '@parley/service-kit'
import type { FastifyInstance } from 'fastify'
import type { AddressOf } from '../access/client-address.ts'
import type { EndedSessions } from '../access/ended-sessions.ts'
import type { Keys } from '../access/keys.ts'
import type { OriginRule } from '../access/origins.ts'
import type { Tokens } from '../access/tokens.ts'
import type { Config } from '../config.ts'
import type { Forward } from '../forward.ts'
import type { LaneInfo } from '../lane-info.ts'
import type { GatewayMetrics } from '../metrics.ts'
import { watchOverload } from '../overload.ts'
import { createAdmission } from './admission.ts'
import { createAuthenticator } from './authenticate.ts'
import { createCommands, type Commands } from './commands.ts'
import { drainSockets } from './drain.ts'
import { createFlusher } from './flusher.ts'
import type { Peer } from './peer.ts'
import { createReceiver } from './receive.ts'
import { createRegistry } from './registry.ts'
import { createGate, serveSockets, type Gate } from './server.ts'
import { createSessions } from './session.ts'
import { sweepSockets } from './sweep.ts'

export interface SocketsOptions {
  config: Config
  use: Use
  bus: Bus
  log: Logger
  metrics: GatewayMetrics
  keys: Keys
  ended: EndedSessions
  tokens: Tokens
  forward: Forward
  origins: OriginRule
  addressOf: AddressOf
  laneInfo: () => Promise<LaneInfo>
}

export interface Sockets {
  gate: Gate
  serve(app: FastifyInstance): Promise<void>
  /** Lets no more in, and sends everybody elsewhere. */
  drain(server: Server): Promise<void>
  /** Not ready once it drains. */
  check: Check
}

export function startSockets(options: SocketsOptions): Sockets {
  const { config, use, bus, log, metrics, ended, tokens, forward, origins, addressOf, laneInfo } = options
  const flusher = createFlusher<Peer>(metrics)
  const registry = createRegistry({ bus, log, metrics })
  const { all } = registry
  const { isOverloaded } = use(watchOverload(all))
  const admission = createAdmission({
    factor: config.ADDRESS_LIMIT_FACTOR,
    mostSockets: config.MAX_SOCKETS,
    perSecond: config.UPGRADES_PER_SECOND,
    isOverloaded,
  })
  const heartbeatMs = config.HEARTBEAT_MS
  const sessions = createSessions({ forward, registry, laneInfo, metrics, log, heartbeatMs })
  // The two need each other: a credential lets commands through, and a command renews the credential.
  const dispatch: Commands['dispatch'] = (peer, text) => commands.dispatch(peer, text)
  const authenticator = createAuthenticator({ bus, tokens, ended, registry, dispatch })
  const commands = createCommands({ forward, sessions, renew: authenticator.renew, log })
  const gate = createGate({ origins, addressOf, admission })
  const receiver = createReceiver({
    ...{ addressOf, admission, authenticator, commands, flusher, registry, metrics, log },
  })
  use(sweepSockets({ all, flusher, keys: options.keys, heartbeatMs }))
  ended.onEnded(registry.closeSession)
  bus.onReconnect(() => void sessions.healAll(all))

  let isDraining = false
  return {
    gate,
    serve: (app) => serveSockets(app, gate, receiver),
    drain: async (server) => {
      isDraining = true
      // Those that are connected go on; nobody new comes.
      server.close()
      admission.close()
      await drainSockets({ all, seconds: config.DRAIN_SECONDS })
    },
    check: async () => (isDraining ? 'this gateway is stopping' : undefined),
  }
}

import type { Server } from 'node:http'
import type { Bus, Check, Logger, Use } from '@parley/service-kit'
import type { FastifyInstance } from 'fastify'
import type { AddressOf } from '../access/client-address.ts'
import type { EndedSessions } from '../access/ended-sessions.ts'
import type { Keys } from '../access/keys.ts'
import type { OriginRule } from '../access/origins.ts'
import type { RequestLimiter } from '../access/request-limits.ts'
import type { Tokens } from '../access/tokens.ts'
import type { Siblings } from '../cluster/siblings.ts'
import type { Config } from '../config.ts'
import type { Forward } from '../forward.ts'
import { createLaneInfo } from '../lane-info.ts'
import { startLegacy, type Legacy } from '../legacy/start.ts'
import type { GatewayMetrics, SocketState } from '../metrics.ts'
import { watchOverload } from '../overload.ts'
import { startPresence } from '../presence/start.ts'
import { createAdmission } from './admission.ts'
import { createAttachments } from './attachments.ts'
import { createAuthenticator } from './authenticate.ts'
import { createCommands, type Commands } from './commands.ts'
import { createConfirm } from './confirm.ts'
import { createDeliveryNotes } from './delivery-notes.ts'
import { drainSockets } from './drain.ts'
import { createFloodGuard } from './flood.ts'
import { createFlusher } from './flusher.ts'
import type { Peer } from './peer.ts'
import { hearLanes } from './hear-lanes.ts'
import { createReceiver } from './receive.ts'
import { createRegistry, type RegistryEvents } from './registry.ts'
import { createGate, serveSockets, type Gate } from './server.ts'
import { createSessions } from './session.ts'
import { sweepSockets } from './sweep.ts'

export interface SocketsOptions {
  config: Config
  use: Use
  bus: Bus
  siblings: Siblings
  log: Logger
  metrics: GatewayMetrics
  keys: Keys
  ended: EndedSessions
  tokens: Tokens
  forward: Forward
  origins: OriginRule
  addressOf: AddressOf
  limiter: RequestLimiter
}

export interface Sockets {
  gate: Gate
  serve(app: FastifyInstance): Promise<void>
  /** Lets no more in, and sends everybody elsewhere. */
  drain(server: Server): Promise<void>
  /** Not ready once it drains. */
  check: Check
  /** Not ready while it does not hear what lanes tell people. */
  checkFrames: Check
  state(): SocketState
}

export function startSockets(options: SocketsOptions): Sockets {
  const { config, use, bus, siblings, log, metrics, ended, tokens, forward, limiter } = options
  const flusher = createFlusher<Peer>({ metrics, untilAnswered: bus.untilAnswered })
  const confirm = createConfirm(bus)
  const noteDelivery = createDeliveryNotes({ flusher, metrics, tracing: bus.tracing })
  const attachments = createAttachments({ bus, confirm, forward, log, metrics, noteDelivery })
  // Sockets come and go; whom they watch and who is present follows.
  const events: RegistryEvents = {
    personChanged: (userId) => presence.reporter.changed(userId),
    left: (peer) => presence.watches.leave(peer),
    unwatch: (peers, userIds) => presence.watches.void(peers, userIds),
  }
  const registry = createRegistry({ bus, siblings, confirm, attachments, log, metrics, events, noteDelivery })
  const presence = startPresence({ ...options, confirm, registry, beatMs: config.PRESENCE_BEAT_MS })
  const { all } = registry
  const admission = createAdmission({ siblings, ...use(watchOverload(all)), ...admissionLimits(config) })
  const heartbeatMs = config.HEARTBEAT_MS
  const flood = createFloodGuard({ ...frameRate(config), limited: metrics.limited })
  const laneInfo = createLaneInfo(bus, flood.allowSends)
  const sessions = createSessions({ forward, registry, attachments, laneInfo, metrics, log, heartbeatMs })
  // The two need each other: a credential lets commands through, and a command renews the credential.
  const dispatch: Commands['dispatch'] = (peer, text) =>
    peer.legacy ? legacy.receive(peer, peer.legacy, text) : commands.dispatch(peer, text)
  const openLegacy: Legacy['open'] = (peer) => legacy.open(peer)
  const authenticator = createAuthenticator({ bus, tokens, ended, registry, dispatch, openLegacy })
  const commands = createCommands({
    ...{ forward, limiter, attachments, sessions, renew: authenticator.renew, log, metrics },
    ...{ tracing: bus.tracing, ...presence },
  })
  const legacy = startLegacy({ ...options, ...presence, flood, commands, registry, attachments, sessions })
  const gate = createGate({ ...options, admission, upgrades: metrics.upgrades })
  const receiving = { admission, authenticator, commands, dispatch, flood, flusher, registry }
  const receiver = createReceiver({ ...options, ...receiving, findLegacy: legacy.find })
  const healAll = () => void sessions.healAll(all)
  const hearing = { confirm, noteDelivery, receive: registry.fromLane, onHeardAgain: healAll }
  const lanes = use(hearLanes({ ...options, ...hearing }))
  use(sweepSockets({ all, flusher, keys: options.keys, heartbeatMs }))
  ended.onEnded(registry.closeSession)
  bus.onLost(attachments.suspend)
  bus.onReconnect(healAll)

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
    checkFrames: lanes.check,
    state: () => stateOf({ most: config.MAX_SOCKETS, people: registry.people.size }, flusher.lagging),
  }
}

const admissionLimits = (config: Config) => ({
  factor: config.ADDRESS_LIMIT_FACTOR,
  mostSockets: config.MAX_SOCKETS,
  perSecond: config.UPGRADES_PER_SECOND,
})

const frameRate = ({ FRAME_RATE, FRAME_BURST }: Config) => ({ perSecond: FRAME_RATE, burst: FRAME_BURST })

const stateOf = (counts: Pick<SocketState, 'most' | 'people'>, lagging: ReadonlySet<Peer>): SocketState => ({
  ...counts,
  lagging: lagging.size,
  backlogBytes: [...lagging].reduce((sum, { backlog }) => sum + backlog, 0),
})

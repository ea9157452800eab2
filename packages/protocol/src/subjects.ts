import { shardOf } from './ids.ts'

/** NATS subjects, in one place. Tokens are ASCII words and ids, so nothing a client says can make one. */
export const subjects = {
  /** Requests to a service; the queue group is the service's name. */
  rpc: (name: string) => `svc.${name}`,
  /** Requests of one lane, to its one owner. */
  lane: (lane: number) => `svc.messaging.lane.${lane}`,
  /**
   * Frames for one person's sockets: `d` durable, `e` ephemeral, `b` a bump, for sockets that are not attached to its
   * conversation; `c` is control for the gateway itself.
   */
  user: (id: number, kind: 'd' | 'e' | 'b' | 'c') => `u.${shardOf(id)}.${id}.${kind}`,
  /** The presence of one person, for the gateways on which somebody watches them: `user_status`, or `{unwatch: true}`. */
  presence: (id: number) => `p.${shardOf(id)}.${id}`,
  /** Frames for people, of one lane: all that a batch tells, as one message for every gateway. */
  laneFrames: (lane: number) => `f.${lane}`,
  laneFramesAll: 'f.*',
  userAll: (id: number) => `u.${shardOf(id)}.${id}.*`,
  /** Frames of a large conversation, for sockets that are attached to it. */
  conversation: (id: number, kind: 'd' | 'e') => `c.${shardOf(id)}.${id}.${kind}`,
  conversationAll: (id: number) => `c.${shardOf(id)}.${id}.*`,
  /** Events of a service, carried by JetStream. */
  log: (service: string) => `log.${service}`,
  /** Live copy of an event for every instance that listens; healed by asking the owner. */
  broadcast: (eventName: string) => `evt.${eventName}`,
} as const

/** What gateways tell each other of limits that hold over all of them; see `subjects.broadcast`. */
export const gatewayLimits = 'gateway.limits'

/** What messaging processes tell each other, and of a lane everybody who asks something of it; see `subjects.broadcast`. */
export const messagingBroadcasts = {
  /** One is alive. */
  beat: 'messaging.beat',
  /** How much people have sent through one of them. */
  sends: 'messaging.sends',
  laneTaken: 'messaging.lane_taken',
} as const

import { shardOf } from './ids.ts'

/** NATS subjects, in one place. Tokens are ASCII words and ids, so nothing a client says can make one. */
export const subjects = {
  /** Requests to a service; the queue group is the service's name. */
  rpc: (name: string) => `svc.${name}`,
  /** Requests of one lane, to its one owner. */
  lane: (lane: number) => `svc.messaging.lane.${lane}`,
  /** Frames for one person's sockets; `d` durable, `e` ephemeral, `c` control for the gateway itself. */
  user: (id: number, kind: 'd' | 'e' | 'c') => `u.${shardOf(id)}.${id}.${kind}`,
  userAll: (id: number) => `u.${shardOf(id)}.${id}.*`,
  /** Events of a service, carried by JetStream. */
  log: (service: string) => `log.${service}`,
  /** Live copy of an event for every instance that listens; healed by asking the owner. */
  broadcast: (eventName: string) => `evt.${eventName}`,
} as const

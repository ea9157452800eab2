import type { NodeConnectionOptions } from '@nats-io/transport-node'

const AGAIN_MS = 250
const JITTER_MS = 250

/**
 * When to dial a server of NATS again, by a clock that nobody sets. The library goes by the time of day: where that is set back,
 * it would not dial before the time that it was (@nats-io/nats-core 3.4). So it is told not to wait at all, and to dial later.
 */
export function createRedial(): Pick<NodeConnectionOptions, 'reconnectDelayHandler' | 'reconnectToServer'> {
  const dialedAt = new Map<string, number>()
  return {
    reconnectDelayHandler: () => Number.MIN_SAFE_INTEGER,
    reconnectToServer: ([server]) => {
      // The first is the one that it would dial.
      if (!server) return null
      const now = performance.now()
      const before = dialedAt.get(server.listen) ?? -Infinity
      const at = Math.max(now, before + AGAIN_MS + Math.random() * JITTER_MS)
      dialedAt.set(server.listen, at)
      return { server, delay: at - now }
    },
  }
}

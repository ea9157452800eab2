import { presenceBroadcasts, shardOf, subjects, type PresenceSettled } from '@parley/protocol'
import type { Bus, Logger, Use } from '@parley/service-kit'
import type { Forward } from '../forward.ts'
import type { GatewayMetrics } from '../metrics.ts'
import type { Registry } from '../socket/registry.ts'
import { startReporter, type Reporter } from './reporter.ts'
import { createWatchedPeople } from './watched.ts'
import { createWatches, type Watches } from './watches.ts'

export interface PresenceOptions {
  bus: Bus
  use: Use
  /** Resolves once the server knows every subscription made so far. */
  confirm: () => Promise<void>
  log: Logger
  metrics: GatewayMetrics
  forward: Forward
  registry: Registry
  beatMs: number
}

/** Who is present here is told to messaging; who is present anywhere, to the sockets that watch them. */
export function startPresence(options: PresenceOptions): { reporter: Reporter; watches: Watches } {
  const { bus, use, confirm, log, metrics, forward, registry, beatMs } = options
  const reporter = use(startReporter({ bus, log, people: registry.people, beatMs }))
  const watched = createWatchedPeople({
    ...{ bus, log, metrics },
    onVoid: (userId, watchers) => watches.void(watchers, [userId]),
  })
  const watches = createWatches({ forward, confirm, registry, watched, log })
  use(watched)

  // What a new owner of a lane could not know so far: who went while the lane had none.
  bus.nats.subscribe(subjects.broadcast(presenceBroadcasts.settled), {
    callback: (err, msg) => {
      if (err) return log.error({ err }, 'cannot hear who knows presence again')
      const { lane, lanes } = msg.json<PresenceSettled>()
      watched.refresh((userId) => shardOf(userId) % lanes === lane)
    },
  })
  // What is lost with the bus may be the word that somebody may not be seen any more.
  bus.onLost(watches.suspend)
  bus.onReconnect(() => {
    watched.refresh(() => true)
    void watches.checkAll()
  })
  return { reporter, watches }
}

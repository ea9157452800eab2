import type { Bus, Logger, Use } from '@parley/service-kit'
import type { Commands } from '../socket/commands.ts'
import type { FloodGuard } from '../socket/flood.ts'
import type { Peer } from '../socket/peer.ts'
import { createIncoming } from './incoming.ts'
import { LegacySocket } from './legacy-socket.ts'
import { findLegacyPlace } from './paths.ts'
import { createOpenLegacy, type LegacySessionOptions } from './session.ts'
import { startSyncing } from './sync.ts'
import { createStaff } from './staff.ts'

export interface LegacyOptions extends Omit<LegacySessionOptions, 'staff' | 'refuse'> {
  bus: Bus
  use: Use
  log: Logger
  commands: Pick<Commands, 'run' | 'refuse'>
  flood: FloodGuard
}

/** Sockets of clients that were written for other back ends. */
export interface Legacy {
  /** What a socket speaks that was opened at an address; undefined for the native protocol. */
  find(url: string): LegacySocket | undefined
  open(peer: Peer): Promise<void>
  /** One text frame. */
  receive(peer: Peer, legacy: LegacySocket, text: string): void
}

export function startLegacy(options: LegacyOptions): Legacy {
  const { bus, use, log, commands, flood, registry, sessions } = options
  const staff = use(createStaff({ bus, log }))
  use(startSyncing({ all: registry.all, sessions }))
  return {
    find: (url) => {
      const place = findLegacyPlace(url)
      if (!place) return undefined
      const since = new URL(url, 'ws://host').searchParams.get('since')
      return new LegacySocket({ ...place, since, isStaff: staff.has, now: Date.now() })
    },
    open: createOpenLegacy({ ...options, staff, refuse: commands.refuse }),
    receive: createIncoming({ commands, flood }),
  }
}

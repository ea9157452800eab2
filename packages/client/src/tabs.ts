import { clientId } from './client-id.ts'
import { type Environment, platform, type SocketConstructor } from './environment.ts'
import type { ClientOptions } from './options.ts'
import { type ClientStorage, memoryStorage } from './storage.ts'
import { Election } from './tabs/election.ts'
import { Hub } from './tabs/hub.ts'
import { Bus, type Channel, type Dialled, type Locks } from './tabs/messages.ts'
import { TabSocket } from './tabs/tab-socket.ts'
import { TabStorage } from './tabs/tab-storage.ts'

export interface TabsOptions extends Partial<Pick<Environment, 'WebSocket' | 'after' | 'now'>> {
  /** Tabs of one name share: one for each application and person who may use the same browser. */
  name?: string
  /** One that all tabs share, such as `indexedDbStorage()`. */
  storage?: ClientStorage
  /** The platform's own unless given. */
  locks?: Locks
  BroadcastChannel?: new (name: string) => Channel
}

export interface Tabs {
  /** For the client of this tab. */
  options: Required<Pick<ClientOptions, 'WebSocket' | 'storage'>>
  /** Leaves the others, as closing the page does. */
  leave(): void
}

interface PlatformTabs {
  navigator?: { locks?: Locks }
  BroadcastChannel?: new (name: string) => Channel
}

/**
 * Lets the clients of all tabs use one socket for each person, in the tab that leads; when it goes, another one leads. Each tab
 * has its client and all of its state; what a tab has not sent when it is closed, another one sends. Where the platform cannot do
 * it, each tab has a socket of its own.
 */
export function joinTabs(given: TabsOptions = {}): Tabs {
  const { navigator, BroadcastChannel: ownChannel } = globalThis as unknown as PlatformTabs
  const { name = 'parley', storage = memoryStorage(), locks = navigator?.locks } = given
  const Channels = given.BroadcastChannel ?? ownChannel
  const { WebSocket, after, now } = platform(given)
  if (!locks || !Channels) return { options: { WebSocket, storage }, leave: () => {} }
  const tab = clientId(now()).slice(-12)
  const bus = new Bus(new Channels(name))
  const kept = new TabStorage({ name, tab, storage, locks, bus })
  const election = new Election({
    locks,
    name: `${name}:leader`,
    lead: () => {
      // Of its own: a channel does not hear itself.
      const hubBus = new Bus(new Channels(name))
      const hub = new Hub({ tab, bus: hubBus, WebSocket })
      return () => {
        hub.stop()
        hubBus.close()
      }
    },
  })
  let sockets = 0
  const open = (dialled: Dialled) =>
    new TabSocket({
      ...dialled,
      id: `${tab}.${(sockets += 1)}`,
      bus,
      after,
      abandoned: () => election.seize(),
    })
  return {
    options: { WebSocket: constructorOf(open), storage: kept },
    leave: () => {
      election.leave()
      kept.leave()
      bus.close()
    },
  }
}

/** A class, because that is what a client calls `new` on. */
const constructorOf = (open: (dialled: Dialled) => TabSocket, user_id?: number): SocketConstructor =>
  class {
    constructor(url: string, protocols: string[]) {
      return open({ url, protocols, user_id })
    }

    static of(person: number): SocketConstructor {
      return constructorOf(open, person)
    }
  } as SocketConstructor

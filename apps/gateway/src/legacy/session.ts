import { getMe } from '@parley/protocol'
import { RpcError } from '@parley/service-kit'
import type { Forward } from '../forward.ts'
import type { Attachments } from '../socket/attachments.ts'
import type { Commands } from '../socket/commands.ts'
import type { Peer } from '../socket/peer.ts'
import type { Registry } from '../socket/registry.ts'
import { inTurn, readPage, releaseHeld, retrying, RETRY_FOR_MS } from '../socket/replay.ts'
import type { Sessions } from '../socket/session.ts'
import { createAsk } from './ask.ts'
import type { LegacyEvents, LegacySocket } from './legacy-socket.ts'
import { tellNewer } from './newer.ts'
import { watchPeople, type PeopleOptions } from './people.ts'
import type { Staff } from './staff.ts'

export interface LegacySessionOptions extends Omit<PeopleOptions, 'ask'> {
  forward: Forward
  registry: Registry
  attachments: Attachments
  sessions: Pick<Sessions, 'heal'>
  staff: Pick<Staff, 'ready'>
  refuse: Commands['refuse']
}

type Opened = { peer: Peer; legacy: LegacySocket }

const PEOPLE_MS = 300

/** Opens a legacy socket: who it is for, whether it may be there, what it has missed, and who else is. Never rejects. */
export function createOpenLegacy(options: LegacySessionOptions) {
  const { forward, registry, attachments, sessions, staff, refuse, log } = options
  const ask = createAsk(forward)

  /** Its own place first: who may not be there learns nothing. */
  const enter = async ({ peer, legacy }: Opened): Promise<void> => {
    const { conversation_id } = legacy.scope
    if (conversation_id === null) return
    if (conversation_id === 0) throw new RpcError('conversation_not_found')
    attachments.reserve(peer, conversation_id)
    legacy.begin(conversation_id, await attachments.attach(peer, conversation_id))
  }
  const open = async (opened: Opened): Promise<void> => {
    const { peer, legacy } = opened
    await registry.join(peer)
    await enter(opened)
    const [me, page] = await Promise.all([
      ask(getMe, peer, {}),
      retrying(RETRY_FOR_MS, () => readPage(forward, peer, { cursor: undefined })),
      retrying(RETRY_FOR_MS, staff.ready),
    ])
    legacy.setViewer({ id: me.id, email: me.email })
    peer.cursor = page.output.cursor
    legacy.events = eventsOf(opened)
    peer.letOpen()
    await tellNewer(opened, { ask, refuse })
    releaseHeld(peer)
    legacy.endNewer()
  }
  const eventsOf = (opened: Opened): LegacyEvents => {
    let isDue = false
    const follow = (): void => {
      isDue = false
      if (opened.legacy.showsStatus) void watchPeople(opened, { ...options, ask })
    }
    return {
      heal: () => {
        // One that waits begins after what is missing here, and finds it too.
        if (opened.peer.replaysDue < 2) void sessions.heal(opened.peer)
      },
      peopleChanged: () => {
        if (!isDue) setTimeout(follow, PEOPLE_MS)
        isDue = true
      },
    }
  }
  const refuseToOpen = (peer: Peer, err: unknown): void => {
    if (peer.isClosing) return
    if (err instanceof RpcError && err.code === 'conversation_not_found') return peer.close('not_yours')
    log.warn({ err }, 'a legacy socket could not be opened')
    peer.close('overloaded')
  }

  return async (peer: Peer): Promise<void> => {
    const { legacy } = peer
    if (!legacy) return
    try {
      await inTurn(peer, () => open({ peer, legacy }))
      if (legacy.showsStatus) void watchPeople({ peer, legacy }, { ...options, ask })
    } catch (err) {
      refuseToOpen(peer, err)
    }
  }
}

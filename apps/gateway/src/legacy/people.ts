import { limits, listContacts, listMembers } from '@parley/protocol'
import type { Logger } from '@parley/service-kit'
import type { Watches } from '../presence/watches.ts'
import type { Peer } from '../socket/peer.ts'
import type { Ask } from './ask.ts'
import type { LegacySocket } from './legacy-socket.ts'

export interface PeopleOptions {
  ask: Ask
  watches: Pick<Watches, 'set'>
  log: Logger
}

/**
 * Lets a socket be told who is there: the members of its conversation, or everybody who shares one with its person. Of large
 * conversations nobody is told. Rejects never.
 */
export async function watchPeople(
  { peer, legacy }: { peer: Peer; legacy: LegacySocket },
  { ask, watches, log }: PeopleOptions,
): Promise<void> {
  const { conversation_id } = legacy.scope
  try {
    const ids =
      conversation_id === null
        ? (await ask(listContacts, peer, { limit: limits.contacts })).user_ids
        : await memberIds(ask, peer, conversation_id)
    if (!peer.isClosing) await watches.set(peer, ids)
  } catch (err) {
    log.warn({ err }, 'a legacy socket cannot be told who is there')
  }
}

async function memberIds(ask: Ask, peer: Peer, conversation_id: number): Promise<number[]> {
  const ids: number[] = []
  let cursor: string | undefined
  do {
    const page = await ask(listMembers, peer, { conversation_id, limit: limits.page.max, cursor })
    ids.push(...page.items.map(({ user }) => user.id))
    cursor = page.next_cursor ?? undefined
  } while (cursor !== undefined && ids.length <= limits.small_conversation)
  if (ids.length > limits.small_conversation) return []
  return ids.filter((id) => id !== peer.caller?.user_id)
}

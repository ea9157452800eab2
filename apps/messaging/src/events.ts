import {
  closeMatchConversation,
  matchEnded,
  matchMade,
  setBlock,
  userBlocked,
  userChanged,
  userUnblocked,
} from '@parley/protocol'
import { onEvent, type EventHandler } from '@parley/service-kit'
import type { Deps } from './deps.ts'
import { openForMatch } from './handlers/open-match-conversation.ts'

/** What messaging does with auth's events. */
export const onAuthEvents = ({ staff }: Pick<Deps, 'staff'>): EventHandler[] => [
  onEvent(userChanged, (changed) => staff.change(changed)),
]

/** Matching has asked for the same by RPC already, mostly; a lost reply heals here. */
export const onMatchingEvents = (deps: Pick<Deps, 'bus' | 'cards'>): EventHandler[] => [
  onEvent(matchMade, async (match) => void (await openForMatch(deps, match, { traceId: 'match_made' }))),
  onEvent(userBlocked, async (pair) => void (await deps.bus.call(setBlock, { ...pair, is_blocked: true }))),
  onEvent(
    userUnblocked,
    async (pair) => void (await deps.bus.call(setBlock, { ...pair, is_blocked: false })),
  ),
  onEvent(matchEnded, async (match) => void (await deps.bus.call(closeMatchConversation, match))),
]

import { like, matchMade, pairShard } from '@parley/protocol'
import { appendEvent, handle, type RpcError } from '@parley/service-kit'
import { findConversation } from '../conversations.ts'
import type { Deps } from '../deps.ts'
import { findOther } from '../people.ts'
import { isBlocked } from '../store/blocks.ts'
import { isMatchIdTaken, recordLike, type Choosing, type MatchRow } from '../store/pairs.ts'
import { matchMadeView, matchView } from './views.ts'

export function likeHandler(deps: Deps) {
  return handle(like, async ({ user_id }, context) => {
    const card = await findOther(deps, user_id, context)
    if (!card) throw context.fail('user_not_found')

    const choosing = { by: context.caller.user_id, about: user_id }
    const match = await likeOnce(deps, choosing, () => context.fail('user_not_found'))
    deps.counts.likes++
    if (!match) return { status: 'liked' as const }

    const conversation_id = await findConversation(deps, match, context)
    return { status: 'matched' as const, match: matchView(match, card, conversation_id) }
  })
}

const MOST_TRIES = 5

/** The like and, where it makes a match, the event of it: both are kept or neither. Nothing is kept across a block. */
async function likeOnce(
  { db, relay, counts, newId }: Omit<Deps, 'bus' | 'now'>,
  choosing: Choosing,
  refusal: () => RpcError,
): Promise<MatchRow | null> {
  for (let tries = 1; ; tries++) {
    const match_id = newId(pairShard(choosing.by, choosing.about))
    try {
      const { match, made } = await db.transaction().execute(async (tx) => {
        const liked = await recordLike(tx, { ...choosing, match_id })
        // Only now: the like holds the pair's row, so a block comes either before this statement or after the commit.
        if (await isBlocked(tx, choosing)) throw refusal()
        if (liked.made && liked.match) await appendEvent(tx, matchMade, matchMadeView(liked.match))
        return liked
      })
      if (made) {
        counts.matches++
        relay.wake()
      }
      return match
    } catch (err) {
      if (!isMatchIdTaken(err) || tries === MOST_TRIES) throw err
    }
  }
}

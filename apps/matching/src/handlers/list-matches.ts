import { Id, limits, listMatches, type Match } from '@parley/protocol'
import { handle, RpcError } from '@parley/service-kit'
import * as z from 'zod'
import type { Asking } from '../ask.ts'
import { findConversation } from '../conversations.ts'
import { decodeCursor, encodeCursor, LAST_MS } from '../cursor.ts'
import type { Deps } from '../deps.ts'
import { findCards } from '../people.ts'
import { listMatchesOf, type MatchRow } from '../store/pairs.ts'
import { matchView } from './views.ts'

const Place = z.tuple([z.int().min(0).max(LAST_MS), Id])

/** Matches with somebody who has left are not listed. */
export function listMatchesHandler({ db, bus }: Pick<Deps, 'db' | 'bus'>) {
  return handle(listMatches, async ({ limit = limits.page.default, cursor }, context) => {
    const user_id = context.caller.user_id
    const place = decodeCursor(Place, cursor)
    const after = place && { matched_at: new Date(place[0]), match_id: place[1] }
    const rows = await listMatchesOf(db, { user_id, after, limit: limit + 1 })
    const page = rows.slice(0, limit)
    const last = rows.length > limit ? page.at(-1) : undefined

    const otherOf = ({ lo, hi }: MatchRow) => (lo === user_id ? hi : lo)
    const cards = await findCards(bus, page.map(otherOf), context)
    const items = await Promise.all(
      page.map(async (row): Promise<Match[]> => {
        const card = cards.get(otherOf(row))
        const conversation_id = card && (await findOpenConversation({ db, bus }, row, context))
        return card && conversation_id ? [matchView(row, card, conversation_id)] : []
      }),
    )
    const next_cursor = last ? encodeCursor([last.matched_at.getTime(), last.match_id]) : null
    return { items: items.flat(), next_cursor }
  })
}

/** Undefined when one of the two has left since. */
async function findOpenConversation(
  deps: Pick<Deps, 'db' | 'bus'>,
  row: MatchRow,
  asking: Asking,
): Promise<number | undefined> {
  try {
    return await findConversation(deps, row, asking)
  } catch (err) {
    if (err instanceof RpcError && err.code === 'user_not_found') return undefined
    throw err
  }
}

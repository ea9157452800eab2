import { Id, limits, listBlocks } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import * as z from 'zod'
import { decodeCursor, encodeCursor, LAST_MS } from '../cursor.ts'
import type { Deps } from '../deps.ts'
import { findCards } from '../people.ts'
import { listBlocksOf } from '../store/blocks.ts'

const Place = z.tuple([z.int().min(0).max(LAST_MS), Id])

export function listBlocksHandler({ db, bus }: Pick<Deps, 'db' | 'bus'>) {
  return handle(listBlocks, async ({ limit = limits.page.default, cursor }, context) => {
    const place = decodeCursor(Place, cursor)
    const after = place && { created_at: new Date(place[0]), blocked_id: place[1] }
    const rows = await listBlocksOf(db, { blocker_id: context.caller.user_id, after, limit: limit + 1 })
    const page = rows.slice(0, limit)
    const last = rows.length > limit ? page.at(-1) : undefined

    const cards = await findCards(
      bus,
      page.map(({ blocked_id }) => blocked_id),
      context,
    )
    const items = page.flatMap(({ blocked_id, created_at }) => {
      const user = cards.get(blocked_id)
      return user ? [{ user, blocked_at: created_at.toISOString() }] : []
    })
    const next_cursor = last ? encodeCursor([last.created_at.getTime(), last.blocked_id]) : null
    return { items, next_cursor }
  })
}

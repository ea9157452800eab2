import { Id, limits, searchUsers } from '@parley/protocol'
import { handle, RpcError, type Handler } from '@parley/service-kit'
import * as z from 'zod'
import type { Deps } from '../deps.ts'
import { foldText } from '../domain/search-text.ts'
import { MOST_RANK, searchAccounts, type SearchPlace } from '../store/account-search.ts'
import { cardView } from './views.ts'

export function searchUsersHandler({ db }: Deps): Handler {
  return handle(searchUsers, async ({ q, limit = limits.page.default, cursor }, { caller }) => {
    const after = cursor === undefined ? undefined : readCursor(cursor)
    const prefix = foldText(q)
    // Spaces alone are the beginning of every name.
    if (prefix === '') return { items: [], next_cursor: null }
    const found = await searchAccounts(db, { viewer: caller.user_id, prefix, after, limit: limit + 1 })
    const page = found.slice(0, limit)
    const last = page.at(-1)
    return {
      items: page.map(({ account }) => cardView(account)),
      next_cursor: found.length > limit && last ? writeCursor(last.place) : null,
    }
  })
}

const Place = z.tuple([z.int().min(0).max(MOST_RANK), z.string().max(64), Id])

const writeCursor = ({ rank, key, id }: SearchPlace): string =>
  Buffer.from(JSON.stringify([rank, key, id])).toString('base64url')

function readCursor(cursor: string): SearchPlace {
  const place = Place.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString()))
  if (!place.success) {
    throw new RpcError('invalid', { errors: [{ path: 'cursor', message: 'is not of this list' }] })
  }
  const [rank, key, id] = place.data
  return { rank, key, id }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // What is no JSON is no cursor either.
    return undefined
  }
}

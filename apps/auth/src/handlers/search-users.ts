import { limits, searchUsers, Username } from '@parley/protocol'
import { handle, RpcError, type Handler } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { foldText } from '../domain/search-text.ts'
import { searchAccounts } from '../store/accounts.ts'
import { cardView } from './views.ts'

export function searchUsersHandler({ db }: Deps): Handler {
  return handle(searchUsers, async ({ q, limit = limits.page.default, cursor }) => {
    const afterUsername = cursor === undefined ? '' : readCursor(cursor)
    const prefix = foldText(q)
    // Spaces alone are the beginning of every name.
    if (prefix === '') return { items: [], next_cursor: null }
    const found = await searchAccounts(db, { prefix, afterUsername, limit: limit + 1 })
    const items = found.slice(0, limit).map(cardView)
    const last = items.at(-1)
    return { items, next_cursor: found.length > limit && last ? writeCursor(last.username) : null }
  })
}

const writeCursor = (username: string): string => Buffer.from(username).toString('base64url')

function readCursor(cursor: string): string {
  const username = Username.safeParse(Buffer.from(cursor, 'base64url').toString())
  if (username.success) return username.data
  throw new RpcError('invalid', { errors: [{ path: 'cursor', message: 'is not of this list' }] })
}

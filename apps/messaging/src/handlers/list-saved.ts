import { limits, listSaved } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import * as z from 'zod'
import type { Deps } from '../deps.ts'
import { listSavedBy } from '../store/saved.ts'
import { messageView } from '../views.ts'
import { fitPage } from './fit-page.ts'
import { pageCursor } from './page-cursor.ts'

export function listSavedHandler({ db }: Pick<Deps, 'db'>) {
  return handle(listSaved, async ({ limit = limits.page.default, cursor }, { caller }) => {
    const before = cursor === undefined ? undefined : position.decode(cursor)
    const rows = await listSavedBy(db, caller.user_id, { before, limit: limit + 1 })
    const items = fitPage(rows.slice(0, limit).map(messageView))
    const last = items.length < rows.length ? rows[items.length - 1] : undefined
    return { items, next_cursor: last ? position.encode(last.saved_no) : null }
  })
}

const position = pageCursor(z.int())

import { limits, listReaders } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import * as z from 'zod'
import type { Deps } from '../deps.ts'
import { listReadersOf } from '../store/readers.ts'
import { findVisibleMessage } from '../visible-message.ts'
import { pageCursor } from './page-cursor.ts'

export function listReadersHandler({ db }: Pick<Deps, 'db'>) {
  return handle(
    listReaders,
    async ({ message_id, limit = limits.page.default, cursor }, { caller, fail }) => {
      const after = cursor === undefined ? 0 : position.decode(cursor)
      const found = await findVisibleMessage(db, message_id, caller.user_id)
      if (!found) throw fail('message_not_found')
      const viewer_id = caller.user_id
      const rows = await listReadersOf(db, { message: found.row, viewer_id, after, limit: limit + 1 })
      const items = rows.slice(0, limit).map(({ read_seq, ...user }) => ({ user, read_seq }))
      const last = rows.length > limit ? items.at(-1) : undefined
      return { items, next_cursor: last ? position.encode(last.user.id) : null }
    },
  )
}

const position = pageCursor(z.int())

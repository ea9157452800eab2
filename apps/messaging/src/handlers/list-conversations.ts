import { limits, listConversations } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import * as z from 'zod'
import type { Deps } from '../deps.ts'
import { listMemberships } from '../store/list.ts'
import { pageCursor } from './page-cursor.ts'
import { viewMemberships } from './view-memberships.ts'

export function listConversationsHandler({ db }: Pick<Deps, 'db'>) {
  return handle(listConversations, async (input, { caller }) => {
    const { kind, archived, unread = false, limit = limits.page.default, cursor } = input
    const after = cursor === undefined ? undefined : position.decode(cursor)
    const rows = await listMemberships(db, caller.user_id, {
      kind,
      archived,
      unread,
      limit: limit + 1,
      after,
    })
    const memberships = rows.slice(0, limit)
    const last = rows.length > limit ? memberships.at(-1)?.conversation : undefined
    return {
      items: await viewMemberships(db, memberships, caller.user_id),
      next_cursor: last ? position.encode({ updated_at: last.updated_at.toISOString(), id: last.id }) : null,
    }
  })
}

const position = pageCursor(z.object({ updated_at: z.iso.datetime(), id: z.int() }))

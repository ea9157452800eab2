import { limits, listMembers, type Member } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import * as z from 'zod'
import type { Deps } from '../deps.ts'
import { sharesAll } from '../domain/privacy.ts'
import { listBlockedBy } from '../store/blocks.ts'
import { findMembership, listMembersAfter, type MemberPosition } from '../store/conversations.ts'
import { listPrivacy } from '../store/privacy.ts'
import { memberRecord, memberView } from '../views.ts'
import { pageCursor } from './page-cursor.ts'

export function listMembersHandler({ db }: Pick<Deps, 'db'>) {
  return handle(
    listMembers,
    async ({ conversation_id, limit = limits.page.default, cursor }, { caller, fail }) => {
      const after = cursor === undefined ? undefined : position.decode(cursor)
      if (!(await findMembership(db, conversation_id, caller.user_id))) throw fail('conversation_not_found')
      const rows = await listMembersAfter(db, conversation_id, { limit: limit + 1, after })
      const used = await listPrivacy(db, [caller.user_id])
      const viewer = { user: { id: caller.user_id }, privacy: used.get(caller.user_id) ?? sharesAll }
      const page = rows.slice(0, limit)
      const ids = page.map(({ user_id }) => user_id)
      const blocked = await listBlockedBy(db, caller.user_id, ids)
      const items = page.map((row) => ({
        ...memberView(memberRecord(row), viewer),
        is_blocked: blocked.has(row.user_id),
      }))
      const last = rows.length > limit ? items.at(-1) : undefined
      return { items, next_cursor: last ? position.encode(positionOf(last)) : null }
    },
  )
}

const positionOf = ({ joined_at, user }: Member): MemberPosition => ({ joined_at, user_id: user.id })

const position = pageCursor(z.object({ joined_at: z.iso.datetime(), user_id: z.int() }))

import { limits, listMembers } from '@parley/protocol'
import { handle, RpcError } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { findMembership, listMembersOf } from '../store/conversations.ts'
import { memberView } from '../views.ts'

export function listMembersHandler({ db }: Pick<Deps, 'db'>) {
  return handle(
    listMembers,
    async ({ conversation_id, limit = limits.page.default, cursor }, { caller, fail }) => {
      if (!(await findMembership(db, conversation_id, caller.user_id))) throw fail('conversation_not_found')
      const members = await listMembersOf(db, [conversation_id])
      const start =
        cursor === undefined ? 0 : members.findIndex(({ user_id }) => String(user_id) === cursor) + 1
      if (cursor !== undefined && start === 0) {
        throw new RpcError('invalid', {
          errors: [{ path: 'cursor', message: 'is not a next_cursor of this list' }],
        })
      }
      const items = members.slice(start, start + limit)
      const isLast = start + limit >= members.length
      return { items: items.map(memberView), next_cursor: isLast ? null : String(items.at(-1)?.user_id) }
    },
  )
}

import { addMembers as addMembersRpc, limits, shardOf } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { addMembers } from '../domain/group.ts'
import { isManager } from '../domain/member.ts'
import { listBlockedWith } from '../store/blocks.ts'
import { memberView } from '../views.ts'
import { findGroup } from './find-group.ts'

export function addMembersHandler({ db, lanes, cards }: Pick<Deps, 'db' | 'lanes' | 'cards'>) {
  return handle(addMembersRpc, async ({ conversation_id, user_ids }, { caller, deadline, fail }) => {
    const found = await cards.find([...new Set(user_ids)], deadline)
    const blocked = await listBlockedWith(db, caller.user_id)
    return lanes.write(shardOf(conversation_id), {
      target: { id: conversation_id },
      joining: user_ids,
      deadline,
      apply: (conversation, draft) => {
        const { group, member: by } = findGroup(conversation, caller.user_id, fail)
        if (!isManager(by)) throw fail('forbidden')
        if (group.state === 'closed') throw fail('conversation_closed')
        const isMissing = (id: number) => !found.has(id) || (blocked.has(id) && !group.members.has(id))
        if (user_ids.some(isMissing)) throw fail('user_not_found')
        const added = [...found.values()].filter(({ id }) => !group.members.has(id))
        if (group.members.size + added.length > limits.members) throw fail('group_full')
        addMembers(draft, group, { by, cards: added })
        return {
          items: user_ids.flatMap((id) => {
            const member = group.members.get(id)
            return member ? memberView(member, by) : []
          }),
        }
      },
    })
  })
}

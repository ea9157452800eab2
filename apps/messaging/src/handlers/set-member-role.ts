import { setMemberRole, shardOf } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { setRole } from '../domain/group.ts'
import { memberView } from '../views.ts'
import { findGroup } from './find-group.ts'

export function setMemberRoleHandler({ lanes }: Pick<Deps, 'lanes'>) {
  return handle(setMemberRole, ({ conversation_id, user_id, role }, { caller, deadline, fail }) =>
    lanes.write(shardOf(conversation_id), {
      target: { id: conversation_id },
      deadline,
      apply: (conversation, draft) => {
        const { group, member: owner } = findGroup(conversation, caller.user_id, fail)
        const member = group.members.get(user_id)
        if (owner.role !== 'owner') throw fail('forbidden')
        if (!member) throw fail('user_not_found')
        // A group is never without an owner.
        if (member === owner && role !== 'owner') throw fail('forbidden')
        setRole(draft, group, { owner, member, role })
        return memberView(member, owner)
      },
    }),
  )
}

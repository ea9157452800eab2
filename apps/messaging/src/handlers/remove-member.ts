import { removeMember as removeMemberRpc, shardOf } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { removeMember } from '../domain/group.ts'
import { mayRemove } from '../domain/member.ts'
import { findGroup } from './find-group.ts'

export function removeMemberHandler({ lanes }: Pick<Deps, 'lanes'>) {
  return handle(removeMemberRpc, ({ conversation_id, user_id }, { caller, deadline, fail }) =>
    lanes.write(shardOf(conversation_id), {
      target: { id: conversation_id },
      deadline,
      apply: (conversation, draft) => {
        const { group, member: by } = findGroup(conversation, caller.user_id, fail)
        const member = group.members.get(user_id)
        if (!member) throw fail('user_not_found')
        if (!mayRemove(by, member)) throw fail('forbidden')
        removeMember(draft, group, { by, member })
        return {}
      },
    }),
  )
}

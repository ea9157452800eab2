import { closeConversation, shardOf } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { closeForAll } from '../domain/group.ts'
import { isStaffOf } from '../domain/support.ts'
import { findGroup } from './find-group.ts'

export function closeConversationHandler({ lanes }: Pick<Deps, 'lanes'>) {
  return handle(closeConversation, ({ conversation_id }, { caller, deadline, fail }) =>
    lanes.write(shardOf(conversation_id), {
      target: { id: conversation_id },
      deadline,
      apply: (conversation, draft) => {
        if (conversation?.kind === 'support' && isStaffOf(conversation, caller.user_id)) {
          closeForAll(draft, conversation)
          return {}
        }
        const { group, member } = findGroup(conversation, caller.user_id, fail)
        if (member.role !== 'owner') throw fail('forbidden')
        closeForAll(draft, group)
        return {}
      },
    }),
  )
}

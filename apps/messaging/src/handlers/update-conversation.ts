import { shardOf, updateConversation } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { conversationView } from '../domain/conversation.ts'
import { rename } from '../domain/group.ts'
import { isManager } from '../domain/member.ts'
import { findGroup } from './find-group.ts'

export function updateConversationHandler({ lanes }: Pick<Deps, 'lanes'>) {
  return handle(updateConversation, ({ conversation_id, title }, { caller, deadline, fail }) =>
    lanes.write(shardOf(conversation_id), {
      target: { id: conversation_id },
      deadline,
      apply: (conversation, draft) => {
        const { group, member: by } = findGroup(conversation, caller.user_id, fail)
        if (!isManager(by)) throw fail('forbidden')
        if (group.state === 'closed') throw fail('conversation_closed')
        rename(draft, group, { by, title })
        return conversationView(group, by)
      },
    }),
  )
}

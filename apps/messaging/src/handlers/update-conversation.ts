import { shardOf, updateConversation, type Input } from '@parley/protocol'
import { handle, type Context } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { conversationView, type ConversationRecord } from '../domain/conversation.ts'
import type { Draft } from '../domain/draft.ts'
import { describeGroup } from '../domain/group.ts'
import { isManager } from '../domain/member.ts'
import { setPersonal } from '../domain/personal.ts'
import { findGroup } from './find-group.ts'
import { findOwn } from './find-own.ts'

export function updateConversationHandler({ lanes }: Pick<Deps, 'lanes'>) {
  return handle(updateConversation, (input, { caller, deadline, fail }) =>
    lanes.write(shardOf(input.conversation_id), {
      target: { id: input.conversation_id },
      deadline,
      apply: (record, draft) => {
        const { conversation, member } = findOwn(record, caller.user_id, fail)
        // First, because it is what may be refused.
        describe(conversation, draft, { input, userId: caller.user_id, fail })
        setPersonal(draft, conversation, { member, change: input })
        return conversationView(conversation, member)
      },
    }),
  )
}

interface Asked {
  input: Input<typeof updateConversation>
  userId: number
  fail: Context<typeof updateConversation>['fail']
}

function describe(conversation: ConversationRecord, draft: Draft, { input, userId, fail }: Asked): void {
  if (input.title === undefined && input.picture === undefined) return
  const { group, member: by } = findGroup(conversation, userId, fail)
  if (!isManager(by)) throw fail('forbidden')
  if (group.state === 'closed') throw fail('conversation_closed')
  const { title = group.title, picture = group.picture } = input
  describeGroup(draft, group, { by, title, picture: picture === '' ? null : picture })
}

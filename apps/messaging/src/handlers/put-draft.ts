import { putDraft, shardOf } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { conversationView } from '../domain/conversation.ts'
import { setDraft } from '../domain/personal.ts'
import { findOwn } from './find-own.ts'

export function putDraftHandler({ lanes }: Pick<Deps, 'lanes'>) {
  return handle(putDraft, ({ conversation_id, content }, { caller, deadline, fail }) =>
    lanes.write(shardOf(conversation_id), {
      target: { id: conversation_id },
      deadline,
      apply: (record, draft) => {
        const { conversation, member } = findOwn(record, caller.user_id, fail)
        setDraft(draft, conversation, { member, content })
        return conversationView(conversation, member)
      },
    }),
  )
}

import { attach, shardOf } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { memberFor } from '../domain/member.ts'

export function attachHandler({ lanes }: Pick<Deps, 'lanes'>) {
  return handle(attach, ({ conversation_id }, { caller, deadline, fail }) =>
    lanes.write(shardOf(conversation_id), {
      target: { id: conversation_id },
      deadline,
      apply: (conversation) => {
        if (!conversation || !memberFor(conversation, caller.user_id)) throw fail('conversation_not_found')
        return { conversation_id, rev: conversation.last_rev }
      },
    }),
  )
}

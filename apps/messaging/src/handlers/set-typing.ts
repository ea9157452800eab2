import { setTyping, shardOf, typingIndicator } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { everyone, tell } from '../domain/draft.ts'

export function setTypingHandler({ lanes }: Pick<Deps, 'lanes'>) {
  return handle(setTyping, ({ conversation_id, is_typing }, { caller, deadline, fail }) =>
    lanes.write(shardOf(conversation_id), {
      target: { id: conversation_id },
      deadline,
      apply: (conversation, draft) => {
        const member = conversation?.members.get(caller.user_id)
        if (!conversation || !member) throw fail('conversation_not_found')
        if (conversation.state === 'closed' || conversation.blockers.size > 0) return {}
        const others = everyone(draft, conversation).filter((id) => id !== caller.user_id)
        tell(draft, others, {
          push: typingIndicator,
          payload: {
            conversation_id,
            user_id: caller.user_id,
            user_name: member.user.username,
            is_typing,
            timestamp: draft.now,
          },
        })
        return {}
      },
    }),
  )
}

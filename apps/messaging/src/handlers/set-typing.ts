import { displayName, limits, setTyping, shardOf, typingIndicator } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { typingAudience } from '../domain/audience.ts'
import { tell } from '../domain/draft.ts'
import { maySend, memberFor } from '../domain/member.ts'
import { listBlockedWith } from '../store/blocks.ts'

export function setTypingHandler({ db, lanes }: Pick<Deps, 'db' | 'lanes'>) {
  return handle(setTyping, async ({ conversation_id, is_typing }, { caller, deadline, fail }) => {
    /** Tells all but some; false where it is not known yet whom to leave out. */
    const tellOthers = (blocked: ReadonlySet<number> | undefined) =>
      lanes.write(shardOf(conversation_id), {
        target: { id: conversation_id },
        deadline,
        apply: (conversation, draft) => {
          const member = memberFor(conversation, caller.user_id)
          if (!conversation || !member) throw fail('conversation_not_found')
          if (conversation.state === 'closed' || !maySend(conversation, member)) return true
          if (conversation.members.size > limits.typing_members) return true
          // The two of a direct conversation do not get here when one blocks the other; a block stops nobody in support.
          if (!conversation.pair && !conversation.support && !blocked) return false
          const others = typingAudience(conversation, member)
          tell(draft, blocked ? others.filter((id) => !blocked.has(id)) : others, {
            push: typingIndicator,
            payload: {
              conversation_id,
              user_id: caller.user_id,
              user_name: displayName(member.user),
              is_typing,
              timestamp: draft.now,
            },
          })
          return true
        },
      })
    if (!(await tellOthers(undefined))) await tellOthers(await listBlockedWith(db, caller.user_id))
    return {}
  })
}

import { shardOf, type Input, type Output, type react as reactRpc } from '@parley/protocol'
import type { Context } from '@parley/service-kit'
import type { Deps } from './deps.ts'
import { react } from './domain/react.ts'
import { findOwnView } from './message-access.ts'

type Asking = Pick<Context<typeof reactRpc>, 'caller' | 'deadline' | 'traceId' | 'fail'>

/** Adds or takes back the caller's reaction to a message that they can see. */
export function changeReaction(
  { lanes }: Pick<Deps, 'lanes'>,
  { message_id, emoji, action }: Input<typeof reactRpc>,
  { caller, deadline, traceId, fail }: Asking,
): Promise<Output<typeof reactRpc>> {
  return lanes.write(shardOf(message_id), {
    target: { message: message_id },
    deadline,
    traceId,
    apply: (conversation, draft) => {
      const seen = findOwnView({ conversation, draft }, { message_id, userId: caller.user_id })
      if (!seen) throw fail('message_not_found')
      if (seen.message.is_deleted) throw fail('message_deleted')
      if (seen.conversation.state === 'closed') throw fail('conversation_closed')
      const reaction = { message: seen.message, emoji, user_id: caller.user_id, action }
      const reacted = react(seen.conversation, draft, reaction)
      if (reacted === 'blocked') throw fail('forbidden')
      if (reacted === 'too_many') throw fail('too_many_reactions')
      const { message } = reacted
      return {
        message_id,
        conversation_id: message.conversation_id,
        emoji,
        action: reacted.action,
        rev: message.rev,
        message,
      }
    },
  })
}

import { closeMatchConversation, pairShard } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { closeMatch } from '../domain/close-match.ts'

export function closeMatchConversationHandler({ lanes }: Pick<Deps, 'lanes'>) {
  return handle(closeMatchConversation, ({ user_ids, generation }, { deadline }) =>
    lanes.write(pairShard(...user_ids), {
      target: { pair: user_ids },
      deadline,
      apply: (conversation, draft) => {
        if (conversation) closeMatch(draft, conversation, generation)
        return {}
      },
    }),
  )
}

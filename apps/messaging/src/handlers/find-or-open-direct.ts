import { pairShard, type Card, type Conversation } from '@parley/protocol'
import type { RpcError } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { conversationView, type MatchRecord } from '../domain/conversation.ts'
import { blockersIn } from '../domain/draft.ts'
import { openDirect, rematch } from '../domain/open-direct.ts'
import { randomId } from '../random-id.ts'

export interface OpenOptions {
  match?: MatchRecord | null
  deadline: number
  fail: (code: 'user_not_found' | 'forbidden') => RpcError
}

/** Finds or opens the pair's direct conversation in its lane, which this process must own; as the first of the two sees it. */
export async function findOrOpenDirect(
  { lanes, cards }: Pick<Deps, 'lanes' | 'cards'>,
  [viewerId, otherId]: readonly [number, number],
  { match = null, deadline, fail }: OpenOptions,
): Promise<{ existed: boolean; conversation: Conversation }> {
  const found = await cards.find([viewerId, otherId], deadline)
  const [viewer, other] = [found.get(viewerId), found.get(otherId)]
  if (!viewer || !other) throw fail('user_not_found')
  const shard = pairShard(viewerId, otherId)
  return lanes.write(shard, {
    target: { pair: [viewerId, otherId] },
    deadline,
    apply: (existing, draft) => {
      const blockers = existing?.blockers ?? blockersIn(draft, [viewerId, otherId])
      if (blockers.size > 0 && !match) throw fail('forbidden')
      if (existing && match) rematch(draft, existing, match)
      const conversation =
        existing ??
        openDirect(draft, randomId(shard), { cards: [viewer, other] as [Card, Card], match, blockers })
      const member = conversation.members.get(viewerId)
      if (!member) throw fail('user_not_found')
      return { existed: existing !== undefined, conversation: conversationView(conversation, member) }
    },
  })
}

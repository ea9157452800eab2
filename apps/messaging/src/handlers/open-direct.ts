import { randomInt } from 'node:crypto'
import {
  makeId,
  openDirect as openDirectRpc,
  pairShard,
  UPPER_LIMIT,
  type Card,
  type Conversation,
} from '@parley/protocol'
import { handle, RpcError } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { conversationView, type MatchRecord } from '../domain/conversation.ts'
import { openDirect, rematch } from '../domain/open-direct.ts'

export function openDirectHandler(deps: Pick<Deps, 'lanes' | 'cards'>) {
  return handle(openDirectRpc, (input, { deadline, fail }) =>
    openDirectWith(deps, input.user_ids, { match: input.match ?? null, deadline, fail }),
  )
}

export interface OpenOptions {
  match?: MatchRecord | null
  deadline: number
  fail: (code: 'user_not_found') => RpcError
}

/** Finds or opens the pair's direct conversation in its lane, which this process must own; as the first of the two sees it. */
export async function openDirectWith(
  { lanes, cards }: Pick<Deps, 'lanes' | 'cards'>,
  [viewerId, otherId]: readonly [number, number],
  { match = null, deadline, fail }: OpenOptions,
): Promise<{ existed: boolean; conversation: Conversation }> {
  const found = await cards.find([viewerId, otherId])
  const [viewer, other] = [found.get(viewerId), found.get(otherId)]
  if (!viewer || !other) throw fail('user_not_found')
  const shard = pairShard(viewerId, otherId)
  return lanes.write(shard, {
    target: { pair: [viewerId, otherId] },
    deadline,
    apply: (existing, draft) => {
      if (existing && match) rematch(draft, existing, match)
      const conversation =
        existing ?? openDirect(draft, randomId(shard), { cards: [viewer, other] as [Card, Card], match })
      const member = conversation.members.get(viewerId)
      if (!member) throw fail('user_not_found')
      return { existed: existing !== undefined, conversation: conversationView(conversation, member) }
    },
  })
}

const randomId = (shard: number): number => makeId(randomInt(1, UPPER_LIMIT), shard)

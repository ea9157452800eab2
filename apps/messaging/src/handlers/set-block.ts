import { pairShard, setBlock } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { unwatchPair } from '../domain/unwatch.ts'

export function setBlockHandler({ lanes }: Pick<Deps, 'lanes'>) {
  return handle(setBlock, ({ blocker_id, blocked_id, is_blocked }, { deadline }) =>
    lanes.write(pairShard(blocker_id, blocked_id), {
      target: { pair: [blocker_id, blocked_id] },
      deadline,
      apply: (conversation, draft) => {
        if (conversation && is_blocked) conversation.blockers.add(blocker_id)
        else conversation?.blockers.delete(blocker_id)
        draft.blocks.push({ blocker_id, blocked_id, is_blocked })
        if (is_blocked) unwatchPair(draft, [blocker_id, blocked_id])
        return {}
      },
    }),
  )
}

import { pairShard, setBlock } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { unwatchPair } from '../domain/unwatch.ts'
import { findBlockVersion } from '../store/blocks.ts'

export function setBlockHandler({ db, lanes }: Pick<Deps, 'db' | 'lanes'>) {
  return handle(setBlock, (change, { deadline }) => {
    const { blocker_id, blocked_id, is_blocked, version } = change
    let known = 0
    return lanes.write(pairShard(blocker_id, blocked_id), {
      target: { pair: [blocker_id, blocked_id] },
      deadline,
      read: async () => {
        known = await findBlockVersion(db, change)
      },
      apply: (conversation, draft) => {
        if (version !== undefined && version <= known) return {}
        if (conversation && is_blocked) conversation.blockers.add(blocker_id)
        else conversation?.blockers.delete(blocker_id)
        draft.blocks.push(change)
        if (is_blocked) unwatchPair(draft, [blocker_id, blocked_id])
        return {}
      },
    })
  })
}

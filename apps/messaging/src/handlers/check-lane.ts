import { checkLane } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'

/** Goes through the lane's queue, so that an answer says that the lane moves. */
export function checkLaneHandler({ lanes }: Pick<Deps, 'lanes'>) {
  return handle(checkLane, ({ shard }, { deadline }) =>
    lanes.write(shard, { target: { id: 0 }, deadline, apply: () => ({}) }),
  )
}

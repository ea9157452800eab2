import { makeNotifications, shardOf } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'

export function makeNotificationsHandler({ lanes }: Pick<Deps, 'lanes'>) {
  return handle(makeNotifications, ({ shard, user_ids, ...written }, { deadline }) =>
    lanes.write(shard, {
      target: { id: 0 },
      deadline,
      apply: (_, draft) => {
        for (const user_id of user_ids) draft.notices.push({ ...written, user_id, shard: shardOf(user_id) })
        return {}
      },
    }),
  )
}

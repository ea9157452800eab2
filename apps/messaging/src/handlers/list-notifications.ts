import { limits, listNotifications as listNotificationsRpc } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import * as z from 'zod'
import type { Deps } from '../deps.ts'
import { countUnread, listNotifications } from '../store/notifications.ts'
import { notificationView } from '../views.ts'
import { pageCursor } from './page-cursor.ts'

export function listNotificationsHandler({ db }: Pick<Deps, 'db'>) {
  return handle(
    listNotificationsRpc,
    async ({ unread = false, limit = limits.page.default, cursor }, { caller }) => {
      const { user_id } = caller
      const after = cursor === undefined ? undefined : position.decode(cursor)
      const rows = await listNotifications(db, { user_id, unread, limit: limit + 1, after })
      const items = rows.slice(0, limit).map(notificationView)
      const last = rows.length > limit ? items.at(-1) : undefined
      return {
        items,
        next_cursor: last ? position.encode({ created_at: last.timestamp, id: last.id }) : null,
        unread_count: await countUnread(db, user_id, limits.notification.counted),
      }
    },
  )
}

const position = pageCursor(z.object({ created_at: z.iso.datetime(), id: z.int() }))

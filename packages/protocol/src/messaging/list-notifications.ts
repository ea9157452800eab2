import * as z from 'zod'
import { rpc } from '../define.ts'
import { optional } from '../ids.ts'
import { limits } from '../limits.ts'
import { Cursor, Limit, page } from '../paging.ts'
import { Notification } from './notification-types.ts'

/** Own notifications, newest first; with `unread`, only those that are not read. */
export const listNotifications = rpc('messaging.list_notifications', {
  summary: 'Own notifications, newest first',
  access: 'user',
  input: z.object({ unread: optional(z.boolean()), limit: Limit, cursor: Cursor }),
  output: page(Notification).extend({
    unread_count: z
      .int()
      .min(0)
      .max(limits.notification.counted)
      .meta({ description: `${limits.notification.counted}: that many or more` }),
  }),
  errors: [],
  http: { method: 'GET', path: '/api/notifications' },
})

import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id, optional } from '../ids.ts'
import { limits } from '../limits.ts'
import { Nothing } from '../paging.ts'

/**
 * Marks own notifications as read: those named, or all there are. Ids of others' notifications, or of none, change nothing.
 * No frame tells other devices: what is read is not replayed to them, and their list has `read_at`.
 */
export const readNotifications = rpc('messaging.read_notifications', {
  summary: 'Mark own notifications as read',
  access: 'user',
  input: z.object({
    ids: optional(z.array(Id).max(limits.page.max)).meta({ description: 'Absent: all there are' }),
  }),
  output: Nothing,
  errors: [],
  http: { method: 'POST', path: '/api/notifications/read', status: 204 },
})

import * as z from 'zod'
import { rpc } from '../define.ts'
import { NotificationPreferences } from './notification-types.ts'

export const getNotificationPreferences = rpc('messaging.get_notification_preferences', {
  summary: 'Which notifications the caller wants, and when',
  access: 'user',
  input: z.object({}),
  output: NotificationPreferences,
  errors: [],
  http: { method: 'GET', path: '/api/notifications/preferences' },
})

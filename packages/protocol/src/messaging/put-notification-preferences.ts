import { rpc } from '../define.ts'
import { NotificationPreferences, NotificationPreferencesInput } from './notification-types.ts'

/**
 * Replaces the caller's preferences. Notifications of a type that is false are not made for them. In quiet hours they are
 * made and listed, but no frame tells of them, then or later. What is absent is wanted; without quiet hours there are none.
 */
export const putNotificationPreferences = rpc('messaging.put_notification_preferences', {
  summary: 'Say which notifications you want, and when',
  access: 'user',
  input: NotificationPreferencesInput,
  output: NotificationPreferences,
  errors: [],
  http: { method: 'PUT', path: '/api/notifications/preferences' },
})

import type { Rows } from './rows.ts'
import { adminsOnly, signedIn } from './viewers.ts'

export const notificationRows: Rows = {
  'messaging.list_notifications': { ask: () => ({}), outcomes: signedIn() },
  'messaging.read_notifications': { ask: () => ({}), outcomes: signedIn() },
  'messaging.send_notification': {
    ask: ({ bystander }) => ({
      ...{ title: 'News', message: 'Read all about it', notification_type: 'info' },
      user_ids: [bystander],
    }),
    outcomes: adminsOnly(),
  },
  'messaging.get_notification_preferences': { ask: () => ({}), outcomes: signedIn() },
  'messaging.put_notification_preferences': { ask: () => ({ types: {} }), outcomes: signedIn() },
}

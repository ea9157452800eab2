import * as z from 'zod'
import { Role } from '../auth/types.ts'
import { rpc } from '../define.ts'
import { ClientId, Id, optional } from '../ids.ts'
import { limits } from '../limits.ts'
import { NotificationInput } from './notification-types.ts'

/**
 * Notifies named people, everybody of a role, or everyone who has registered by now: each of them once, at a bounded pace,
 * after the answer. A repeated `client_id` gives the id of the first and notifies nobody again.
 */
export const sendNotification = rpc('messaging.send_notification', {
  summary: 'Notify people',
  access: 'admin',
  input: NotificationInput.extend({
    user_ids: optional(z.array(Id).min(1).max(limits.notification.user_ids)),
    role: optional(Role),
    everyone: optional(z.literal(true)),
    client_id: optional(ClientId),
  }).refine(
    ({ user_ids, role, everyone }) =>
      [user_ids, role, everyone].filter((audience) => audience !== undefined).length === 1,
    { path: ['user_ids'], message: 'exactly one of user_ids, role and everyone is required' },
  ),
  output: z.object({ id: Id }),
  errors: ['user_not_found'],
  http: { method: 'POST', path: '/api/notifications', status: 202 },
})

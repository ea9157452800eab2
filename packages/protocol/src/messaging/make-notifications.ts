import * as z from 'zod'
import { rpc } from '../define.ts'
import { Id, Shard } from '../ids.ts'
import { limits } from '../limits.ts'
import { Nothing } from '../paging.ts'
import { NotificationInput } from './notification-types.ts'

/** Notifies people whose shards are in one lane, for an admin. A person whom the job has notified already is left out. */
export const makeNotifications = rpc('messaging.make_notifications', {
  summary: 'Make notifications, in their lane',
  access: 'service',
  input: NotificationInput.extend({
    shard: Shard,
    job_id: Id,
    user_ids: z.array(Id).max(limits.notification.user_ids),
  }),
  output: Nothing,
  errors: [],
  shard: (input) => input.shard,
})

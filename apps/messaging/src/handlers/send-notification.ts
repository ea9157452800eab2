import { sendNotification } from '@parley/protocol'
import { handle } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { insertJob } from '../store/notification-jobs.ts'

/** Writes down who is to be notified of what, and who asked for it; the notifications are made by a job. */
export function sendNotificationHandler({ db, cards, jobs }: Pick<Deps, 'db' | 'cards' | 'jobs'>) {
  return handle(sendNotification, async (input, { caller, deadline, fail, log }) => {
    const { title, message, notification_type, data, role = null, client_id = null } = input
    const user_ids = input.user_ids ? [...new Set(input.user_ids)].toSorted((a, b) => a - b) : null
    if (user_ids && (await cards.find(user_ids, deadline)).size < user_ids.length)
      throw fail('user_not_found')
    const id = await insertJob(db, {
      created_by: caller.user_id,
      client_id,
      title,
      message,
      notification_type,
      data: data ? JSON.stringify(data) : null,
      user_ids: user_ids && JSON.stringify(user_ids),
      role,
    })
    log.info({ job_id: id, by: caller.user_id, role, named: user_ids?.length }, 'notifications are asked for')
    jobs.wake()
    return { id }
  })
}

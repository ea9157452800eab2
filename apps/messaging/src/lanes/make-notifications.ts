// What the operations of a batch want people notified of becomes notifications between the operations and the commit: only
// then it is known who is concerned, and a batch that notifies nobody reads nothing.
import { makeId, notify } from '@parley/protocol'
import type { Kysely } from 'kysely'
import { pairKey } from '../domain/conversation.ts'
import { tell, type Draft } from '../domain/draft.ts'
import type { Notice } from '../domain/notice.ts'
import { quietAt } from '../domain/quiet-hours.ts'
import { listBlockedPairs } from '../store/blocks.ts'
import { listPreferences } from '../store/notification-preferences.ts'
import { listNotified } from '../store/notifications.ts'
import type { Tables } from '../store/tables.ts'
import { notificationContent } from '../views.ts'

/** Makes a batch's notifications and their frames, but for those that a person must not get, does not want or has. */
export async function makeNotifications(db: Kysely<Tables>, draft: Draft): Promise<void> {
  const { notices } = draft
  if (notices.length === 0) return
  const preferences = await listPreferences(db, [...new Set(notices.map(({ user_id }) => user_id))])
  const blocked = await findBlocked(db, notices)
  const notified = await findNotified(db, notices)
  const isQuiet = quietAt(new Date(draft.now))
  for (const notice of notices) {
    const { user_id, by, notification_type, shard } = notice
    const own = preferences.get(user_id)
    if (own?.types[notification_type] === false) continue
    if (by !== undefined && blocked.has(pairKey(by, user_id))) continue
    const key = jobKey(notice)
    if (key !== undefined && notified.has(key)) continue
    if (key !== undefined) notified.add(key)

    const is_silent = notice.is_silent === true || (own?.quiet_hours ? isQuiet(own.quiet_hours) : false)
    const made = { ...notice, id: makeId(draft.nextId++, shard), is_silent, created_at: draft.now }
    draft.notifications.push(made)
    if (!is_silent) tell(draft, [user_id], { push: notify, payload: notificationContent(made) })
  }
}

const jobKey = ({ job_id, user_id }: { job_id?: number | null; user_id: number }): string | undefined =>
  job_id === undefined ? undefined : `${job_id}:${user_id}`

async function findBlocked(db: Kysely<Tables>, notices: readonly Notice[]): Promise<Set<string>> {
  const pairs = notices.flatMap(({ by, user_id }) => (by === undefined ? [] : [[by, user_id] as const]))
  const rows = await listBlockedPairs(db, pairs)
  return new Set(rows.map(({ blocker_id, blocked_id }) => pairKey(blocker_id, blocked_id)))
}

/** A job that was cut off asks again for people whom it has notified. Only this lane notifies them, so none is missed. */
async function findNotified(db: Kysely<Tables>, notices: readonly Notice[]): Promise<Set<string>> {
  const asked = notices.flatMap(({ job_id, user_id }) => (job_id === undefined ? [] : [{ job_id, user_id }]))
  const rows = asked.length > 0 ? await listNotified(db, asked) : []
  return new Set(rows.flatMap((row) => jobKey(row) ?? []))
}

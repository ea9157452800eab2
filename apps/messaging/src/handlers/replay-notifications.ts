import { encodeFrame, limits, notify } from '@parley/protocol'
import type { Deps } from '../deps.ts'
import type { Continuation } from '../domain/cursor.ts'
import { listUntold } from '../store/notifications.ts'
import { notificationContent } from '../views.ts'

/** What a person has missed of their notifications, unless they have read it elsewhere; the list has what is left out. */
export async function replayNotifications(
  db: Deps['db'],
  userId: number,
  { from, to }: Pick<Continuation, 'from' | 'to'>,
): Promise<string[]> {
  const missed = await listUntold(db, {
    user_id: userId,
    from: from.positions,
    to: to.positions,
    limit: limits.notification.replayed,
  })
  return missed.map((row) => encodeFrame(notify, notificationContent(row)))
}

import type { Notification } from '@parley/client'
import { useMemo } from 'react'
import { useParley } from './provider.ts'
import { type ListPart, useList } from './use-list.ts'
import { useSource } from './use-source.ts'

export interface NotificationList extends ListPart {
  /** Newest first. */
  notifications: readonly Notification[]
  /** Of all there are, loaded or not. */
  unread: number
  /** Marks those named as read, or all there are. Shown at once. */
  markRead: (ids?: readonly number[]) => Promise<void>
}

/** Own notifications: loads the first page and follows it. */
export function useNotifications(): NotificationList {
  const store = useParley().notifications
  const [notifications, list] = useList(store.all)
  const unread = useSource(store.unread, 0)
  const markRead = useMemo(() => (ids?: readonly number[]) => store.markRead(ids), [store])
  return { notifications, unread, ...list, markRead }
}

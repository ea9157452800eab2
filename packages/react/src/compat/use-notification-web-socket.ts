import { useMemo } from 'react'
import { useConnection } from '../use-connection.ts'
import { useNotifications } from '../use-notifications.ts'

export interface ReceivedNotification {
  id: number
  title: string
  message: string
  type: string
  timestamp: string
}

export interface NotificationSocket {
  /** Oldest first. */
  notifications: ReceivedNotification[]
  isConnected: boolean
}

const NOTHING: ReceivedNotification[] = []

/** Own notifications, over the provider's client. Without a token the hook shows nothing. */
export function useNotificationWebSocket(token: string | null | undefined): NotificationSocket {
  const { notifications } = useNotifications()
  const { isConnected } = useConnection()
  const shown = useMemo(
    () =>
      notifications
        .map(({ id, title, message, notification_type: type, timestamp }) => ({
          id,
          title,
          message,
          type,
          timestamp,
        }))
        .toReversed(),
    [notifications],
  )
  return token ? { notifications: shown, isConnected } : { notifications: NOTHING, isConnected: false }
}

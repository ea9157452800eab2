import type { Payload, notify } from '@parley/protocol'

/** What somebody is to be notified of, unless they do not want it. */
export interface Notice extends Pick<
  Payload<typeof notify>,
  'title' | 'message' | 'notification_type' | 'data'
> {
  user_id: number
  /** Of the lane that makes it. */
  shard: number
  /** Whose doing it is: nobody hears of anybody across a block. */
  by?: number
  /** The message that names the person; the notification goes with it. */
  message_id?: number
  /** What an admin asked for; nobody hears of it twice. */
  job_id?: number
  is_silent?: boolean
}

/** A notification that a batch makes. A silent one is stored and listed, but no frame tells of it. */
export interface MadeNotification extends Notice {
  id: number
  is_silent: boolean
  created_at: string
}

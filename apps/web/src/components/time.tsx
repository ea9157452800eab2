import { useFormatter, useNow } from 'use-intl'

const DAY_MS = 86_400_000

/** When: the time for today, the weekday within a week, else the date. The whole of it is in the title. */
export function Time({ at }: { at: string }) {
  const format = useFormatter()
  const now = useNow({ updateInterval: 60_000 })
  const date = new Date(at)
  const isToday = date.toDateString() === now.toDateString()
  const isRecent = now.getTime() - date.getTime() < 6 * DAY_MS
  const short = isToday
    ? format.dateTime(date, { hour: 'numeric', minute: '2-digit' })
    : format.dateTime(date, isRecent ? { weekday: 'short' } : { day: 'numeric', month: 'short' })
  return (
    <time dateTime={at} title={format.dateTime(date, { dateStyle: 'full', timeStyle: 'short' })}>
      {short}
    </time>
  )
}

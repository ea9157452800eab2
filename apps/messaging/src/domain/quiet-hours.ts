import type { QuietHours } from '@parley/protocol'

/** Tells whether it is somebody's quiet hours at a time: from `from` on, until before `to`, by the clock of their time zone. */
export function quietAt(at: Date): (hours: QuietHours) => boolean {
  // To ask for the time of a zone costs as much as all the rest.
  const times = new Map<string, string>()
  return ({ from, to, time_zone }) => {
    const time = times.get(time_zone) ?? timeOfDay(at, time_zone)
    times.set(time_zone, time)
    return from < to ? from <= time && time < to : from <= time || time < to
  }
}

const timeOfDay = (at: Date, timeZone: string): string =>
  new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(at)

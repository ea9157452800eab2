import * as z from 'zod'
import { Id, isStorableJson, optional, text, Timestamp } from '../ids.ts'
import { limits } from '../limits.ts'

const { notification } = limits

/** `match`, `mention`, `info`, or a word of the application's own. */
export const NotificationType = z
  .string()
  .min(1)
  .max(notification.type_chars)
  .regex(/^[a-z0-9_.-]+$/, 'only a–z, 0–9, "_", "." and "-"')

const Title = text(1, notification.title_chars)
const Text = text(0, notification.message_chars)

/** For the application: what a notification is about. */
const Data = z
  .record(z.string(), z.unknown())
  .refine(
    (data) => JSON.stringify(data).length <= notification.data_chars,
    `must be at most ${notification.data_chars} characters of JSON`,
  )
  .refine(isStorableJson, 'must hold well-formed text without NUL')

/** A notification as somebody writes it. */
export const NotificationInput = z.object({
  title: Title,
  message: Text,
  notification_type: NotificationType,
  data: optional(Data),
})

/** What a `notify` frame carries. */
export const NotificationContent = z.object({
  id: Id,
  title: Title,
  message: Text,
  notification_type: NotificationType,
  data: z.optional(z.record(z.string(), z.unknown())),
  timestamp: Timestamp,
})

/** A notification as the list has it: what the frame carried, and when it was read. */
export const Notification = NotificationContent.extend({ read_at: z.nullable(Timestamp) })
export type Notification = z.output<typeof Notification>

const TimeOfDay = z
  .string()
  .max(5)
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day, such as 22:00')

const TimeZone = text(1, 64)
  .refine(isTimeZone, 'must be a time zone, such as Europe/Berlin')
  .meta({ description: 'IANA name' })

/** Every day from one local time to another, over midnight where `to` is the earlier one. */
export const QuietHours = z
  .object({ from: TimeOfDay, to: TimeOfDay, time_zone: TimeZone })
  .refine(({ from, to }) => from !== to, { path: ['to'], message: 'must differ from `from`' })
export type QuietHours = z.output<typeof QuietHours>

/** Which types a person wants; one that is not named is wanted. */
export const NotificationTypes = z
  .record(NotificationType, z.boolean())
  .refine(
    (types) => Object.keys(types).length <= notification.types,
    `must name at most ${notification.types} types`,
  )

export const NotificationPreferences = z.object({
  types: NotificationTypes,
  quiet_hours: z.nullable(QuietHours),
})
export type NotificationPreferences = z.output<typeof NotificationPreferences>

export const NotificationPreferencesInput = z.object({
  types: optional(NotificationTypes),
  quiet_hours: optional(QuietHours),
})

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    // A RangeError says that there is no such zone.
    return false
  }
}

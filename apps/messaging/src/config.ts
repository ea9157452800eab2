import {
  commonSettings,
  databaseSettings,
  readSettings,
  wholeNumber,
  type Environment,
} from '@parley/service-kit'
import * as z from 'zod'

export const settings = z.object({
  ...commonSettings,
  ...databaseSettings,
  LANES: wholeNumber(0, 256).default(0).meta({
    description:
      'Lanes of the write path; written into the database at the first start, then fixed. 0: as many as the database has, and 1 for a new one',
  }),
  CHANGE_LANES: z.stringbool().default(false).meta({
    description:
      'Let this start change the number of lanes to LANES; every other messaging process must be stopped',
  }),
  SEND_BURST: wholeNumber(1, 10_000_000)
    .default(60)
    .meta({ description: 'Messages that a person may send at once' }),
  SEND_RATE: z.coerce
    .number()
    .min(0.1)
    .max(10_000_000)
    .default(5)
    .meta({ description: 'Messages a second that a person may send in the long run' }),
  CONVERSATION_CACHE: wholeNumber(100, 10_000_000).default(20_000).meta({
    description: 'Conversations that one process keeps in memory for writing; 32 members count as one more',
  }),
  FRAMES_BY_LANE: z.stringbool().default(false).meta({
    description:
      'Send what a batch tells people as one message for every gateway, in place of one for each person: cheaper with up to four gateways, each of which hears all. Gateways of 0.1.0 do not hear it',
  }),
  NOTIFICATION_DAYS: wholeNumber(1, 3_650)
    .default(90)
    .meta({ description: 'Days that notifications are kept, read or not' }),
  NOTIFICATION_RATE: wholeNumber(1, 1_000_000)
    .default(1_000)
    .meta({ description: 'Notifications a second that one process makes of what admins send' }),
  PRESENCE_LEASE_MS: wholeNumber(500, 600_000)
    .default(10_000)
    .meta({ description: 'Silence of a gateway after which its people are there no more' }),
  PRESENCE_GRACE_MS: wholeNumber(0, 600_000)
    .default(20_000)
    .meta({ description: "Time after a person's last socket closed before they are told to be offline" }),
})

export type Config = z.output<typeof settings>
export const readConfig = (environment: Environment): Config => readSettings(settings, environment)

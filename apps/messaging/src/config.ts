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
  LANES: wholeNumber(1, 256).default(4).meta({
    description: 'Lanes of the write path; written into the database at the first start, then fixed',
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
  CONVERSATION_CACHE: wholeNumber(100, 10_000_000)
    .default(20_000)
    .meta({ description: 'Conversations that one process keeps in memory for writing' }),
})

export type Config = z.output<typeof settings>
export const readConfig = (environment: Environment): Config => readSettings(settings, environment)

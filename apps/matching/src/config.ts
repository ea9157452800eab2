import {
  commonSettings,
  databaseSettings,
  eventSettings,
  readSettings,
  wholeNumber,
  type Environment,
} from '@parley/service-kit'
import * as z from 'zod'

export const settings = z.object({
  ...commonSettings,
  ...databaseSettings,
  ...eventSettings,
  REPORTS_PER_DAY: wholeNumber(1, 10_000)
    .default(20)
    .meta({ description: 'Reports that one person may make in any 24 hours' }),
})

export type Config = z.output<typeof settings>
export const readConfig = (environment: Environment): Config => readSettings(settings, environment)

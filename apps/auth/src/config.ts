import {
  addressSettings,
  commonSettings,
  databaseSettings,
  eventSettings,
  readSettings,
  tokenSettings,
  wholeNumber,
  type Environment,
} from '@parley/service-kit'
import * as z from 'zod'

export const settings = z.object({
  ...commonSettings,
  ...databaseSettings,
  ...eventSettings,
  ...tokenSettings,
  ...addressSettings,
  ISSUERS: z.string().default('').meta({
    description: 'File of the outside issuers whose tokens are accepted (docs/outside-identity.md)',
  }),
  SIGNING_KEY_DAYS: wholeNumber(1, 3_650)
    .default(30)
    .meta({ description: 'Days after which the next key signs access tokens' }),
  HASH_CONCURRENCY: wholeNumber(1, 64)
    .default(2)
    .meta({ description: 'Passwords hashed at once; each takes a core and 46 MiB' }),
  HASH_QUEUE: wholeNumber(1, 10_000)
    .default(400)
    .meta({ description: 'Passwords that may wait to be hashed; beyond it requests are refused' }),
  MAINTENANCE_SECONDS: wholeNumber(1, 60)
    .default(30)
    .meta({ description: 'Between two looks for keys to rotate and sessions to end' }),
})

export type Config = z.output<typeof settings>
/** What the command line needs of it. */
export const readAdminConfig = (environment: Environment) =>
  readSettings(settings.pick({ DATABASE_URL: true, MIGRATE_AT_START: true }), environment)
export const readConfig = (environment: Environment): Config => readSettings(settings, environment)

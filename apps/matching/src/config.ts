import { commonSettings, databaseSettings, readSettings, type Environment } from '@parley/service-kit'
import * as z from 'zod'

export const settings = z.object({ ...commonSettings, ...databaseSettings })

export type Config = z.output<typeof settings>
export const readConfig = (environment: Environment): Config => readSettings(settings, environment)

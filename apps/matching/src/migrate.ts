import { migrateService, runToEnd } from '@parley/service-kit'
import { migrations } from './store/migrations/index.ts'

await runToEnd(() => migrateService({ service: 'matching', migrations }, process.env))

import { migrateService, runToEnd } from '@parley/service-kit'
import { beginEpoch } from './store/begin-epoch.ts'
import { migrations } from './store/migrations/index.ts'

await runToEnd(() => migrateService({ service: 'messaging', migrations, beginEpoch }, process.env))

import { runUntilSignal } from '@parley/service-kit'
import { readConfig } from './config.ts'
import { startMessaging } from './service.ts'

await runUntilSignal(() => startMessaging(readConfig(process.env)))

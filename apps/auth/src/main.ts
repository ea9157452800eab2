import { runUntilSignal } from '@parley/service-kit'
import { readConfig } from './config.ts'
import { startAuth } from './service.ts'

await runUntilSignal(() => startAuth(readConfig(process.env)))

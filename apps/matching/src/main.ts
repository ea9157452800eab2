import { runUntilSignal } from '@parley/service-kit'
import { readConfig } from './config.ts'
import { startMatching } from './service.ts'

await runUntilSignal(() => startMatching(readConfig(process.env)))

import { runUntilSignal } from '@parley/service-kit'
import { readConfig } from './config.ts'
import { startGateway } from './service.ts'

await runUntilSignal(() => startGateway(readConfig(process.env)))

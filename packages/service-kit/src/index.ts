export { connectBus, parseReply, type Bus, type CallOptions, type Forwarded } from './bus.ts'
export { openDb, type Database } from './db.ts'
export { errorLine, isOkLine, lineJson, type Client } from './envelope.ts'
export { consumeEvents, onEvent, type EventHandler } from './consume-events.ts'
export { invalidInput } from './invalid-input.ts'
export { kyselyOn } from './kysely-on.ts'
export { runUntilSignal, startService, type Use } from './lifecycle.ts'
export { createLog, type Logger } from './log.ts'
export { Counter, createMetrics, Gauge, Histogram, type Metrics } from './metrics.ts'
export { isOutage } from './outage.ts'
export { appendEvent, outboxMigration } from './outbox.ts'
export { missingParts, serveProbes, type Check } from './probes.ts'
export { relayOutbox, type Relay } from './relay.ts'
export { RpcError, unavailable } from './rpc-error.ts'
export { handle, handleFrames, refusal, type Context, type Handler } from './rpc.ts'
export {
  addressSettings,
  commonSettings,
  databaseSettings,
  type Environment,
  port,
  readSettings,
  tokenSettings,
  wholeNumber,
} from './settings.ts'
